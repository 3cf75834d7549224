namespace Pynomaly.Identity.Administration;

/// <summary>All clients of one moment, and what is asked of all of them at once: each answer is worked out at its first question, and again only when a client changed.</summary>
internal sealed class ClientSnapshot
{
    private readonly Dictionary<(IComparer<ClientSummary> Order, bool OnlyEnding), ClientList> _lists = [];
    private readonly Lazy<Dictionary<string, List<string>>> _byScope;
    private readonly Lazy<Dictionary<string, List<string>>> _byResource;
    private readonly Lazy<Dictionary<string, List<string>>> _byPattern;

    /// <summary>Holds them.</summary>
    public ClientSnapshot(long changes, Dictionary<string, ClientEntry> entries)
    {
        (Changes, Entries) = (changes, entries);
        _byScope = new(() => By(entry => ClientChanges.Words(entry.Client.Scope)));
        _byResource = new(() => By(entry => entry.Resources));
        _byPattern = new(() => By(entry => entry.Permissions));
    }

    /// <summary>Which state of the database it is of.</summary>
    public long Changes { get; }

    /// <summary>By client_id.</summary>
    public IReadOnlyDictionary<string, ClientEntry> Entries { get; }

    /// <summary>Who may ask for a scope, by client_id.</summary>
    public IReadOnlyDictionary<string, List<string>> ByScope => _byScope.Value;

    /// <summary>Who is the resource server of an API.</summary>
    public IReadOnlyDictionary<string, List<string>> ByResource => _byResource.Value;

    /// <summary>Who holds a pattern of permissions.</summary>
    public IReadOnlyDictionary<string, List<string>> ByPattern => _byPattern.Value;

    /// <summary>All of them in the order; or those only whose secrets have an end.</summary>
    public ClientList In(IComparer<ClientSummary> order, bool onlyEnding)
    {
        lock (_lists)
        {
            if (!_lists.TryGetValue((order, onlyEnding), out var list))
                _lists[(order, onlyEnding)] = list = new ClientList(Entries.Values.Select(entry => entry.Client).Where(client => !onlyEnding || client.SecretEnds is not null), order);
            return list;
        }
    }

    private Dictionary<string, List<string>> By(Func<ClientEntry, IEnumerable<string>> words)
    {
        var found = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var entry in Entries.Values.OrderBy(entry => entry.Client.ClientId, StringComparer.Ordinal))
        {
            foreach (var word in words(entry).Distinct(StringComparer.Ordinal))
            {
                if (!found.TryGetValue(word, out var clients)) found[word] = clients = [];
                clients.Add(entry.Client.ClientId);
            }
        }

        return found;
    }
}
