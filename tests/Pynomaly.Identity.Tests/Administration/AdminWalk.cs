using System.Net.Http.Headers;
using System.Text;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tests.SelfService;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>What operators do by the administration API, in one line each.</summary>
internal static class AdminWalk
{
    /// <summary>A client that may ask for the administration API, on behalf of people.</summary>
    public static ClientMetadata Tool { get; } = AccountWalk.ApiClient("openid administration account pynomaly_api offline_access");

    /// <summary>A service with these permissions over the server.</summary>
    public static ClientMetadata Service(params string[] permissions) =>
        new() { ClientName = "Robot", GrantTypes = ["client_credentials"], ResponseTypes = [], Scope = "administration pynomaly_api", Permissions = [.. permissions] };

    /// <summary>A token of the service for the administration API.</summary>
    public static async Task<string> ServiceTokenAsync(this TestServer server, string client) =>
        (await (await server.Machine().TokenAsync(client, ("grant_type", "client_credentials"), ("scope", "administration"))).TokensAsync()).AccessToken;

    /// <summary>Calls the administration API.</summary>
    public static async Task<HttpResponseMessage> AdminAsync(this TestServer server, string method, string path, string? token, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/admin/v1{path}");
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await server.Machine().SendAsync(request);
    }
}
