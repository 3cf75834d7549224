using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Grants;

/// <summary>Client credentials: a service gets a token for itself. Nothing is written. RFC 6749 §4.4.</summary>
[Specification("RFC 6749", "The OAuth 2.0 Authorization Framework")]
public sealed class ClientCredentialsGrant(Catalogue catalogue, ServerOptions options) : IGrant
{
    /// <inheritdoc />
    public string GrantType => GrantTypes.ClientCredentials;

    /// <inheritdoc />
    public async ValueTask<TokenGrant> ValidateAsync(ProtocolRequest request, Application client, string? thumbprint, CancellationToken cancellationToken)
    {
        if (client.IsPublic) throw ProtocolException.UnauthorizedClient("client_credentials is for confidential clients"); // §4.4
        var snapshot = await catalogue.CurrentAsync();
        var scope = request[Parameters.Scope];
        var who = client.Holder is null ? $"cc\n{client.ClientId}\n{client.Updated.ToUnixTimeMilliseconds()}" : $"kc\n{client.Metadata.Scope}"; // of a key, what it may ask for says all
        var known = request.Resources.Count == 0 ? snapshot.Remember($"{who}\n{scope}", s => Plan(s, client, scope)) : Plan(snapshot, client, scope);
        return new TokenGrant
        {
            GrantType = GrantType, Client = client, Scopes = known.Scopes, Scope = known.Scope,
            Audiences = request.Resources.Count == 0 ? known.Audiences : ResourceIndicators.Audiences(snapshot, known.Scopes, [], request.Resources, options.Issuer),
        };
    }

    /// <inheritdoc />
    public ValueTask<ProtocolException> LostAsync(ProtocolRequest request, TokenGrant grant, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("Client credentials have nothing to redeem.");

    private Planned Plan(CatalogueSnapshot snapshot, Application client, string? scope)
    {
        // §3.3: without a scope the client gets all it is registered for, but for scopes that speak of a person.
        var scopes = scope is null
            ? client.Metadata.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(one => !IsOfPerson(one) && snapshot.FindScope(one) is not null).ToArray()
            : [.. ScopeRequest.Require(ScopeRequest.Parse(scope), client, snapshot).Select(one => one.Name)];
        if (Array.Exists(scopes, IsOfPerson)) throw ProtocolException.InvalidScope("No person stands behind client_credentials: openid and offline_access do not apply");
        if (client.Holder is not null && scopes.Length == 0) throw ProtocolException.InvalidScope("The key's owner holds nothing any more of what it is cut to");
        return new Planned(scopes, string.Join(' ', scopes), ResourceIndicators.Audiences(snapshot, scopes, [], [], options.Issuer));
    }

    private static bool IsOfPerson(string scope) =>
        scope is StandardScopes.OpenId or StandardScopes.OfflineAccess or StandardScopes.Profile or StandardScopes.Email or StandardScopes.Address or StandardScopes.Phone;

    private sealed record Planned(string[] Scopes, string Scope, IReadOnlyList<string> Audiences);
}
