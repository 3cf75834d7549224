using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Authorization;

/// <summary>The scope parameter: parsed, and held against the catalogue and what the client may ask for. RFC 6749 §3.3.</summary>
/// <remarks>A permission's own name is a scope; a client may ask for it when it may ask for a scope that covers it.</remarks>
internal static class ScopeRequest
{
    private const int Most = 100; // Keycloak CVE-2026-4634: each scope costs work
    private const int Longest = 256;

    /// <summary>The names, each once, in the order sent.</summary>
    /// <exception cref="ProtocolException">invalid_scope: malformed or far too many.</exception>
    public static IReadOnlyList<string> Parse(string? scope)
    {
        if (scope is null) return [];
        List<string> names = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var name in scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name.Length > Longest || !IsToken(name)) throw ProtocolException.InvalidScope("scope is malformed");
            if (seen.Add(name)) names.Add(name);
            if (names.Count > Most) throw ProtocolException.InvalidScope("scope names too many scopes");
        }

        return names;
    }

    /// <summary>The scopes behind the names.</summary>
    /// <exception cref="ProtocolException">invalid_scope: one is unknown, or this client may not ask for it.</exception>
    public static IReadOnlyList<Scope> Require(IReadOnlyList<string> names, Application client, CatalogueSnapshot catalogue)
    {
        var allowed = client.Metadata.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var scopes = new Scope[names.Count];
        for (var i = 0; i < scopes.Length; i++)
        {
            scopes[i] = Find(names[i], catalogue) ?? throw ProtocolException.InvalidScope("scope names a scope that is unknown, or that this client may not ask for");
            if (!IsAllowed(scopes[i].Name, allowed, catalogue)) throw ProtocolException.InvalidScope("scope names a scope that is unknown, or that this client may not ask for");
        }

        return scopes;
    }

    /// <summary>Whether the scope exists and the client may ask for it now: what was granted once may have been taken away since.</summary>
    public static bool Allows(string name, Application client, CatalogueSnapshot catalogue) =>
        Find(name, catalogue) is not null && IsAllowed(name, client.Metadata.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries), catalogue);

    private static bool IsAllowed(string name, string[] allowed, CatalogueSnapshot catalogue)
    {
        if (allowed.Contains(name, StringComparer.Ordinal)) return true;
        return catalogue.FindPermission(name) is { } permission && allowed.Any(scope => catalogue.FindScope(scope)?.Covers(permission) ?? false);
    }

    /// <summary>The catalogue's scope; the standard ones exist without a row.</summary>
    private static Scope? Find(string name, CatalogueSnapshot catalogue) => catalogue.FindScope(name) ?? (name is StandardScopes.OpenId or StandardScopes.Profile
        or StandardScopes.Email or StandardScopes.Address or StandardScopes.Phone or StandardScopes.OfflineAccess ? new Scope { Name = name } : null);

    private static bool IsToken(string name)
    {
        foreach (var c in name)
            if (c is < '!' or > '~' or '"' or '\\') return false;
        return true;
    }
}
