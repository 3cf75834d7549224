using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>API keys of one test's own.</summary>
public static class TestKeys
{
    /// <summary>A service with a key's needs: client credentials, reads everything, writes detectors.</summary>
    public static ClientMetadata Service(params string[] permissions) => new()
    {
        ClientName = "Nightly", GrantTypes = ["client_credentials"], ResponseTypes = [], Scope = "pynomaly_api", Permissions = permissions.Length == 0 ? ["read:*", "write:detectors"] : [.. permissions],
    };

    /// <summary>Makes a key of the person.</summary>
    public static Task<string> KeyAsync(this TestServer server, TestPerson person, params string[] permissions) => server.KeyAsync(person.Id, null, new ApiKeyDraft { Name = "script", Permissions = permissions });

    /// <summary>Makes a key of the person or the service, past the rules.</summary>
    public static async Task<string> KeyAsync(this TestServer server, string? userId, string? clientId, ApiKeyDraft draft) =>
        (await server.Services.GetRequiredService<Database>().WriteAsync((sql, stop) =>
            server.Services.GetRequiredService<ApiKeyStore>().AddAsync(sql, draft, userId, clientId, new AuditEntry(default(EventId)) { Actor = "test" }, null, stop), CancellationToken.None))!;

    /// <summary>The id in a key.</summary>
    public static string IdOf(string key) => ApiKeyText.IdOf(key)!;

    /// <summary>Exchanges a key as one line of curl does: the key, and no client_id.</summary>
    public static Task<HttpResponseMessage> ExchangeAsync(this HttpClient machine, string key, params (string Name, string Value)[] more) =>
        machine.PostAsync("/connect/token", new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_secret", key), .. more.Select(one => new KeyValuePair<string, string>(one.Name, one.Value))]));

    /// <summary>The access token that a key gives.</summary>
    public static async Task<string> TokenOfAsync(this HttpClient machine, string key, params (string Name, string Value)[] more) => (await (await machine.ExchangeAsync(key, more)).TokensAsync()).AccessToken;

    /// <summary>Takes a role from a person.</summary>
    public static Task RemoveRolesAsync(this TestServer server, TestPerson person) => server.ExecuteAsync("DELETE FROM user_roles WHERE user_id = $1", person.Id);
}
