using System.Globalization;
using System.Text.Json;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration.Importing;

/// <summary>The tables of OpenIddict's Entity Framework stores: OpenIddictScopes and OpenIddictApplications. Authorizations and tokens are none of them: people agree and sign in again.</summary>
internal static class OpenIddictSource
{
    /// <summary>The records: scopes, then clients.</summary>
    public static IEnumerable<ImportedRecord> Read(ImportTables tables)
    {
        foreach (var row in tables.Rows(["OpenIddictScopes"], "Name", "Resources"))
        {
            if (row.Problem is not null || row.Text("Name") is not { } name) yield return new RefusedRecord(row.Place, ImportWords.Malformed, row.Problem);
            else yield return new ImportedScope(row.Place, name, row.Text("DisplayName"), row.Text("Description"), List(row.Text("Resources")) ?? []);
        }

        foreach (var row in tables.Rows(["OpenIddictApplications"], "ClientId", "RedirectUris", "Permissions"))
        {
            if (row.Problem is not null || row.Text("ClientId") is not { } id) yield return new RefusedRecord(row.Place, ImportWords.Malformed, row.Problem);
            else if (List(row.Text("Permissions")) is not { } permissions || List(row.Text("RedirectUris")) is not { } redirects || List(row.Text("PostLogoutRedirectUris")) is not { } logouts
                || List(row.Text("Requirements")) is not { } requirements) yield return new RefusedRecord(row.Place, ImportWords.Malformed, "a list is no JSON");
            else yield return ClientOf(row, id, permissions, redirects, logouts, requirements);
        }
    }

    private static ImportedClient ClientOf(ImportRow row, string id, List<string> permissions, List<string> redirects, List<string> logouts, List<string> requirements)
    {
        List<(string Code, string? Detail)> notes = [];
        var grants = Part(permissions, "gt:").Where(grant => Keeps(grant, notes)).ToList();
        var isPublic = string.Equals(row.Text("ClientType", "Type"), "public", StringComparison.OrdinalIgnoreCase);
        var keys = KeysOf(row.Text("JsonWebKeySet"));
        var secret = row.Text("ClientSecret") is { } stored && !isPublic ? ForeignHashes.OfAspNet(stored) : null;
        if (secret is not null && Pbkdf2Hash.Read(secret) is not { Iterations: <= ImportedSecrets.MostIterations }) secret = null;
        var method = isPublic ? ClientAuthenticationMethods.None : secret is null && keys is not null ? ClientAuthenticationMethods.PrivateKeyJwt : ClientAuthenticationMethods.ClientSecretBasic;
        if (method == ClientAuthenticationMethods.ClientSecretBasic) notes.Add((secret is null ? ImportWords.SecretNeeded : ImportWords.SecretSlow, id));

        var code = grants.Contains(GrantTypes.AuthorizationCode);
        if (code && !isPublic && !requirements.Contains("ft:pkce")) notes.Add((ImportWords.NoPkce, id));
        var scopes = Part(permissions, "scp:").Prepend(code ? StandardScopes.OpenId : "").Append(grants.Contains(GrantTypes.RefreshToken) ? StandardScopes.OfflineAccess : ""); // both are free there
        var client = new ImportedClient(row.Place, id, new ClientMetadata
        {
            ClientName = row.Text("DisplayName"), RedirectUris = code ? redirects : [], PostLogoutRedirectUris = logouts, GrantTypes = grants, ResponseTypes = code ? ["code"] : [],
            TokenEndpointAuthMethod = method, Jwks = method == ClientAuthenticationMethods.PrivateKeyJwt ? keys : null, Scope = string.Join(' ', scopes.Where(scope => scope.Length > 0).Distinct(StringComparer.Ordinal)),
            Consent = row.Text("ConsentType")?.ToLowerInvariant() == "implicit" ? "implicit" : "explicit", AccessTokenLifetime = LifetimeOf(row, notes),
        }) { SecretHash = secret };
        client.Notes.AddRange(notes);
        return client;
    }

    private static bool Keeps(string grant, List<(string Code, string? Detail)> notes)
    {
        if (grant is GrantTypes.AuthorizationCode or GrantTypes.RefreshToken or GrantTypes.ClientCredentials) return true;
        notes.Add((ImportWords.Grant, grant.Length > 100 ? grant[..100] : grant));
        return false;
    }

    // Settings: "tkn_lft:act" is the lifetime of access tokens, as [d.]hh:mm:ss.
    private static int? LifetimeOf(ImportRow row, List<(string Code, string? Detail)> notes)
    {
        if (row.Text("Settings") is not { } settings) return null;
        try
        {
            using var document = JsonDocument.Parse(settings);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("tkn_lft:act", out var text)) return null;
            if (TimeSpan.TryParse(ImportTables.TextOf(text), CultureInfo.InvariantCulture, out var lifetime) && lifetime.TotalSeconds is >= 10 and <= 3600) return (int)lifetime.TotalSeconds;
        }
        catch (JsonException)
        {
            // Reported as what it is: a lifetime that is not known.
        }

        notes.Add((ImportWords.Lifetime, null));
        return null;
    }

    private static JsonElement? KeysOf(string? text)
    {
        if (text is null) return null;
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Part(List<string> permissions, string prefix) => permissions.Where(one => one.StartsWith(prefix, StringComparison.Ordinal)).Select(one => one[prefix.Length..]);

    // A column of a JSON list; in a JSON export it may stand as the list itself.
    private static List<string>? List(string? text)
    {
        if (text is null) return [];
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Array ? [.. document.RootElement.EnumerateArray().Select(ImportTables.TextOf).OfType<string>()] : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
