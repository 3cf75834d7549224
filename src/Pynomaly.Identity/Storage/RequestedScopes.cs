using System.Buffers;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Storage;

/// <summary>The scope parameter: its grammar, and what a client may ask for. RFC 6749 §3.3.</summary>
public static class RequestedScopes
{
    private const int Most = 64;

    // RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
    private static readonly SearchValues<char> Characters = SearchValues.Create(
        Enumerable.Range(0x21, 0x5E).Select(c => (char)c).Where(c => c is not '"' and not '\\').ToArray());

    /// <summary>Splits the parameter; a scope named twice counts once, the order does not matter.</summary>
    /// <exception cref="ProtocolException">invalid_scope: malformed, or too many.</exception>
    public static string[] Parse(string? scope)
    {
        if (scope is null) return [];
        var scopes = scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).ToArray();
        if (scopes.Length > Most || Array.Exists(scopes, one => one.AsSpan().ContainsAnyExcept(Characters))) throw ProtocolException.InvalidScope("scope is malformed");
        return scopes;
    }

    /// <summary>Whether the client may ask for the scope: it is registered with it, or the scope is a permission's own name that a registered scope covers.</summary>
    public static bool Allows(CatalogueSnapshot catalogue, Application client, string scope)
    {
        var registered = client.Metadata.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (Array.IndexOf(registered, scope) >= 0) return catalogue.FindScope(scope) is not null;
        return catalogue.FindPermission(scope) is { } permission && Array.Exists(registered, name => catalogue.FindScope(name)?.Covers(permission) == true);
    }

    /// <summary>The scopes asked for, each known and allowed to the client.</summary>
    /// <exception cref="ProtocolException">invalid_scope. One text for unknown and not allowed, so that nothing can be probed.</exception>
    public static string[] Require(CatalogueSnapshot catalogue, Application client, string? scope)
    {
        var scopes = Parse(scope);
        foreach (var one in scopes)
            if (!Allows(catalogue, client, one)) throw ProtocolException.InvalidScope("A scope is unknown or not allowed to this client");
        return scopes;
    }
}
