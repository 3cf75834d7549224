using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Clients;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>The names that people know clients by, for pages that list what has to do with many of them.</summary>
internal static class ClientNames
{
    /// <summary>The names by client identifier; of a client that is gone its identifier is all there is.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> OfAsync(ClientDirectory clients, IEnumerable<GrantSummary> grants, CancellationToken cancellationToken)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var id in grants.Select(grant => grant.ClientId).Distinct(StringComparer.Ordinal))
            names[id] = (await clients.FindAsync(id, cancellationToken))?.DisplayName ?? id;
        return names;
    }
}
