using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Authorization;

/// <summary>Resource indicators: which of the APIs that the scopes lead to a token is for.</summary>
/// <remarks><see href="https://www.rfc-editor.org/rfc/rfc8707">RFC 8707</see>.</remarks>
[Specification("RFC 8707", "Resource Indicators for OAuth 2.0")]
public static class ResourceIndicators
{
    private const int Most = 20;

    /// <summary>Refuses indicators that are not absolute URIs without fragment, or that no requested scope leads to. §2.</summary>
    /// <exception cref="ProtocolException">invalid_target.</exception>
    public static void Validate(CatalogueSnapshot catalogue, IReadOnlyCollection<string> scopes, IReadOnlyList<string> resources)
    {
        if (resources.Count > Most) throw ProtocolException.InvalidTarget("resource was sent too often");
        foreach (var resource in resources)
        {
            if (!Uri.TryCreate(resource, UriKind.Absolute, out _) || resource.Contains('#', StringComparison.Ordinal) || !Reached(catalogue, scopes).Contains(resource, StringComparer.Ordinal))
                throw ProtocolException.InvalidTarget("A resource is unknown or no requested scope leads to it");
        }
    }

    /// <summary>The audiences of a token: the APIs of its scopes, narrowed to the resources where some were named; this server itself for UserInfo.</summary>
    /// <param name="catalogue">The scopes as they stand.</param>
    /// <param name="scopes">The token's scopes.</param>
    /// <param name="granted">What the authorization request narrowed the grant to; empty: all.</param>
    /// <param name="requested">What this token request narrows to; empty: all of the grant.</param>
    /// <param name="issuer">This server.</param>
    /// <exception cref="ProtocolException">invalid_target: a resource outside the grant (§2.2).</exception>
    public static IReadOnlyList<string> Audiences(CatalogueSnapshot catalogue, IReadOnlyCollection<string> scopes, IReadOnlyList<string> granted, IReadOnlyList<string> requested, string issuer)
    {
        foreach (var resource in requested)
        {
            if (granted.Count > 0 ? !granted.Contains(resource, StringComparer.Ordinal) : !Reached(catalogue, scopes).Contains(resource, StringComparer.Ordinal))
                throw ProtocolException.InvalidTarget("A resource is not part of the grant");
        }

        List<string> audiences = [.. requested.Count > 0 ? requested : granted.Count > 0 ? granted : Reached(catalogue, scopes)];
        if (requested.Count == 0 && scopes.Contains(StandardScopes.OpenId)) audiences.Add(issuer);
        if (audiences.Count == 0) audiences.Add(issuer); // RFC 9068 §3 wants an audience: without an API it is this server
        return audiences.Distinct(StringComparer.Ordinal).ToArray();
    }

    private static IEnumerable<string> Reached(CatalogueSnapshot catalogue, IEnumerable<string> scopes) => scopes.SelectMany(scope => catalogue.FindScope(scope)?.Resources ?? []);
}
