using System.Globalization;
using System.Text.Json;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration.Importing;

/// <summary>Clients and client scopes of a realm.</summary>
internal static class KeycloakClients
{
    private static readonly string[] Own = ["account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console", "master-realm"];
    private static readonly string[] OwnScopes = ["roles", "web-origins", "acr", "basic", "microprofile-jwt", "role_list", "organization", "service_account", "saml_organization"];

    /// <summary>A client scope. What maps its claims there has no counterpart; what it may do is said by permissions here.</summary>
    public static ImportedRecord ScopeOf(JsonElement scope, string place)
    {
        if (KeycloakSource.Text(scope, "name") is not { } name) return new RefusedRecord(place, ImportWords.Malformed);
        if (OwnScopes.Contains(name) || KeycloakSource.Text(scope, "protocol") == "saml") return new RefusedRecord(place, ImportWords.BuiltIn, IsSkipped: true);
        var text = scope.TryGetProperty("attributes", out var attributes) ? KeycloakSource.Text(attributes, "consent.screen.text") : null;
        return new ImportedScope(place, name, text is not null && text.StartsWith("${", StringComparison.Ordinal) ? null : text, KeycloakSource.Text(scope, "description"), []);
    }

    /// <summary>A client.</summary>
    public static ImportedRecord ClientOf(JsonElement client, string place)
    {
        if (KeycloakSource.Text(client, "clientId") is not { } id) return new RefusedRecord(place, ImportWords.Malformed);
        if (Own.Contains(id) || KeycloakSource.Flag(client, "bearerOnly")) return new RefusedRecord(place, ImportWords.BuiltIn, IsSkipped: true); // a bearer-only client is an API, and gets no tokens
        if ((KeycloakSource.Text(client, "protocol") ?? "openid-connect") != "openid-connect") return new RefusedRecord(place, ImportWords.NotOpenId, id);
        List<(string Code, string? Detail)> notes = [];
        var isPublic = KeycloakSource.Flag(client, "publicClient");
        var code = !client.TryGetProperty("standardFlowEnabled", out var standard) || standard.ValueKind != JsonValueKind.False;
        List<string> grants = [.. code ? [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken] : Array.Empty<string>(), .. !isPublic && KeycloakSource.Flag(client, "serviceAccountsEnabled") ? [GrantTypes.ClientCredentials] : Array.Empty<string>()];
        if (KeycloakSource.Flag(client, "implicitFlowEnabled")) notes.Add((ImportWords.Grant, "implicit"));
        if (KeycloakSource.Flag(client, "directAccessGrantsEnabled")) notes.Add((ImportWords.Grant, "password"));

        client.TryGetProperty("attributes", out var attributes);
        var (method, secret, keys) = ProofOf(client, attributes, id, isPublic, notes);
        if (code && !isPublic && KeycloakSource.Text(attributes, "pkce.code.challenge.method") != "S256") notes.Add((ImportWords.NoPkce, id));
        var root = KeycloakSource.Text(client, "rootUrl");
        var redirects = Addresses(KeycloakSource.Texts(client, "redirectUris"), root, notes);
        var logouts = KeycloakSource.Text(attributes, "post.logout.redirect.uris");
        // "+" stands for the redirect URIs there.
        var after = logouts == "+" ? redirects : Addresses(logouts?.Split("##", StringSplitOptions.RemoveEmptyEntries) ?? [], root, notes);
        var scopes = KeycloakSource.Texts(client, "defaultClientScopes").Concat(KeycloakSource.Texts(client, "optionalClientScopes")).Except(OwnScopes).Prepend(code ? StandardScopes.OpenId : "");
        var result = new ImportedClient(place, id, new ClientMetadata
        {
            ClientName = KeycloakSource.Text(client, "name") is { } name && !name.StartsWith("${", StringComparison.Ordinal) ? name : null, RedirectUris = code ? redirects : [], PostLogoutRedirectUris = code ? after : [],
            GrantTypes = grants, ResponseTypes = code ? ["code"] : [], TokenEndpointAuthMethod = method, JwksUri = keys, Scope = string.Join(' ', scopes.Where(scope => scope.Length > 0).Distinct(StringComparer.Ordinal)),
            Consent = KeycloakSource.Flag(client, "consentRequired") ? "explicit" : "implicit", AccessTokenLifetime = LifetimeOf(attributes, notes),
        }) { SecretHash = secret, IsEnabled = !client.TryGetProperty("enabled", out var enabled) || enabled.ValueKind != JsonValueKind.False };
        result.Notes.AddRange(notes);
        return result;
    }

    private static (string Method, string? Secret, string? Keys) ProofOf(JsonElement client, JsonElement attributes, string id, bool isPublic, List<(string Code, string? Detail)> notes)
    {
        if (isPublic) return (ClientAuthenticationMethods.None, null, null);
        if (KeycloakSource.Text(client, "clientAuthenticatorType") == "client-jwt" && KeycloakSource.Text(attributes, "jwks.url") is { } keys) return (ClientAuthenticationMethods.PrivateKeyJwt, null, keys);
        // The administration pages export "**********"; a secret of few bits is not kept as a fast hash.
        var secret = KeycloakSource.Text(client, "secret");
        if (secret is not null && secret.Length <= ClientSecretCheck.MaxLength && Rules.HasEnoughBits(secret)) return (ClientAuthenticationMethods.ClientSecretBasic, ClientSecretCheck.Hash(secret), null);
        notes.Add((ImportWords.SecretNeeded, id));
        return (ClientAuthenticationMethods.ClientSecretBasic, null, null);
    }

    private static List<string> Addresses(IEnumerable<string> addresses, string? root, List<(string Code, string? Detail)> notes)
    {
        List<string> kept = [];
        foreach (var address in addresses)
        {
            var whole = address.StartsWith('/') && root is not null ? root.TrimEnd('/') + address : address;
            if (whole.Contains('*', StringComparison.Ordinal) || whole.StartsWith('/') || whole == "+") notes.Add((ImportWords.Redirect, Short(whole)));
            else kept.Add(whole);
        }

        return kept;
    }

    private static int? LifetimeOf(JsonElement attributes, List<(string Code, string? Detail)> notes)
    {
        if (KeycloakSource.Text(attributes, "access.token.lifespan") is not { } text) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 10 and <= 3600) return seconds;
        notes.Add((ImportWords.Lifetime, null));
        return null;
    }

    private static string Short(string text) => new([.. text.Take(100).Select(c => char.IsControl(c) ? '?' : c)]);
}
