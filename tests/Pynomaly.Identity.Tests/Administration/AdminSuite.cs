using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>A suite over the administration API: administrators of each kind with tokens of their own, and calls in one line.</summary>
public abstract class AdminSuite(TestServer server) : ServerSuite(server)
{
    private string? _client;

    /// <summary>The end of the test.</summary>
    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A service of the first node.</summary>
    protected T Get<T>() where T : notnull => Server.Services.GetRequiredService<T>();

    /// <summary>An administrator with the roles, just signed in with a second factor, and a token for the administration API.</summary>
    protected async Task<Admin> AdminAsync(params string[] roles)
    {
        var person = await TestPerson.AddAsync(Server, withApp: true, roles);
        return new Admin(person, await AdminTokenAsync(person));
    }

    /// <summary>A token of the person for the administration API.</summary>
    protected async Task<string> AdminTokenAsync(TestPerson person, string scope = "administration", Browser? browser = null)
    {
        _client ??= await AddClientAsync(new ClientMetadata
        {
            ClientName = "Console", RedirectUris = ["https://c.test/cb"], GrantTypes = ["authorization_code", "refresh_token"], Scope = "openid administration", Consent = "implicit",
        });
        return (await (await Server.Machine().RedeemAsync(await Server.GrantAsync(_client, "https://c.test/cb", scope, person.Name, browser))).TokensAsync()).AccessToken;
    }

    /// <summary>Makes a role past the API.</summary>
    protected async Task<string> RoleAsync(params string[] patterns)
    {
        var name = $"role-{Guid.NewGuid():N}";
        await Get<RoleAdministration>().CreateAsync(Operator.CommandLine, name, new RoleChange { Permissions = patterns }, Stop);
        return name;
    }

    /// <summary>Calls the administration API.</summary>
    protected async Task<HttpResponseMessage> CallAsync(string method, string path, string token, object? body = null, string? version = null, int node = 0)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/admin/v1{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (version is not null) request.Headers.TryAddWithoutValidation("If-Match", version);
        if (body is not null) request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        return await Server.Machine(node).SendAsync(request);
    }

    /// <summary>Calls it, asserts the status, and answers the body; default when there is none.</summary>
    protected async Task<JsonElement> AskAsync(string method, string path, string token, object? body = null, HttpStatusCode status = HttpStatusCode.OK, string? version = null)
    {
        var answer = await CallAsync(method, path, token, body, version);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(status == answer.StatusCode, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    /// <summary>Asserts that it is refused so.</summary>
    protected Task RefusedAsync(string method, string path, string token, object? body = null, HttpStatusCode status = HttpStatusCode.Forbidden, string? version = null) => AskAsync(method, path, token, body, status, version);

    /// <summary>The roles that the person has now.</summary>
    protected async Task<string> RolesOfAsync(TestPerson person) =>
        string.Join(' ', (await Get<People>().GetAsync(Operator.CommandLine, person.Id, Stop)).Account.Roles);

    /// <summary>Texts of a list.</summary>
    protected static List<string> Texts(JsonElement list) => [.. list.EnumerateArray().Select(one => one.GetString()!)];

    /// <summary>An administrator.</summary>
    protected sealed record Admin(TestPerson Person, string Token);
}
