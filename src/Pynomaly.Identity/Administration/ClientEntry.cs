using System.Text.Json;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Administration;

/// <summary>A client as the index keeps it: its row as it is stored, and what lists and counts ask of it.</summary>
internal sealed class ClientEntry
{
    private readonly string _metadata;
    private readonly string _secrets;
    private readonly long _updated;

    /// <summary>Parses a row.</summary>
    public ClientEntry(string id, string metadata, string secrets, bool isEnabled, bool isSelfRegistered, DateTimeOffset created, long updated)
    {
        (_metadata, _secrets, _updated) = (metadata, secrets, updated);
        var client = Parse(id, isEnabled, isSelfRegistered, created);
        (Client, Resources, Permissions) = (ClientSummary.Of(client), client.Metadata.Resources ?? [], client.Metadata.Permissions ?? []);
    }

    /// <summary>What a list shows of it.</summary>
    public ClientSummary Client { get; }

    /// <summary>The APIs that it is the resource server of.</summary>
    public IReadOnlyList<string> Resources { get; }

    /// <summary>The patterns of what it may do for itself.</summary>
    public IReadOnlyList<string> Permissions { get; }

    /// <summary>True when the row is the same still.</summary>
    public bool Is(string metadata, string secrets, bool isEnabled, long updated) => _updated == updated && Client.IsEnabled == isEnabled && _metadata == metadata && _secrets == secrets;

    /// <summary>All of it.</summary>
    public Application Read() => Parse(Client.ClientId, Client.IsEnabled, Client.IsSelfRegistered, Client.Created);

    private Application Parse(string id, bool isEnabled, bool isSelfRegistered, DateTimeOffset created) => new()
    {
        ClientId = id, Metadata = JsonSerializer.Deserialize(_metadata, StorageJson.Default.ClientMetadata)!, Secrets = JsonSerializer.Deserialize(_secrets, StorageJson.Default.ListClientSecret)!,
        IsEnabled = isEnabled, IsSelfRegistered = isSelfRegistered, Created = created, Updated = DateTimeOffset.FromUnixTimeMilliseconds(_updated),
    };
}
