using System.Globalization;

namespace Pynomaly.Identity.Administration;

/// <summary>The orders of the list of clients; the identifier decides between those that are equal.</summary>
internal sealed class ClientOrder : IComparer<ClientSummary>
{
    private readonly Comparison<ClientSummary> _compare;
    private readonly Func<ClientSummary, string> _value;
    private readonly Func<string, string, ClientSummary> _at;

    private ClientOrder(Comparison<ClientSummary> compare, Func<ClientSummary, string> value, Func<string, string, ClientSummary> at) => (_compare, _value, _at) = (compare, value, at);

    private static ClientOrder ById { get; } = new((_, _) => 0, _ => "", (_, id) => Mark(id, "", default));

    private static ClientOrder ByName { get; } = new((a, b) => StringComparer.OrdinalIgnoreCase.Compare(a.Name, b.Name), client => client.Name, (name, id) => Mark(id, name, default));

    private static ClientOrder ByCreated { get; } = new((a, b) => b.Created.CompareTo(a.Created), client => client.Created.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        (created, id) => Mark(id, "", DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(created, CultureInfo.InvariantCulture))));

    /// <summary>The order of that name; null: there is none.</summary>
    public static ClientOrder? Find(string name) => name switch { "client_id" => ById, "name" => ByName, "created" => ByCreated, _ => null };

    /// <inheritdoc/>
    public int Compare(ClientSummary? x, ClientSummary? y) => _compare(x!, y!) is var order and not 0 ? order : string.CompareOrdinal(x!.ClientId, y!.ClientId);

    /// <summary>What a cursor keeps of the last one shown.</summary>
    public List<string> ValuesOf(ClientSummary client) => [_value(client), client.ClientId];

    /// <summary>The place that a cursor's values stand for.</summary>
    public ClientSummary At(string value, string id) => _at(value, id);

    private static ClientSummary Mark(string id, string name, DateTimeOffset created) => new()
    {
        ClientId = id, Name = name, Created = created, Purpose = "", AuthMethod = "", GrantTypes = [], Scope = "", IsEnabled = false, IsSelfRegistered = false, SecretEnds = null, Updated = created,
    };
}
