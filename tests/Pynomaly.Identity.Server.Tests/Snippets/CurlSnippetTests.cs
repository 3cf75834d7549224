using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Server.Tests.Harness;
using Pynomaly.Identity.Server.Tests.Pages;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Snippets;

/// <summary>The snippets for a shell: curl, jq and openssl.</summary>
public sealed class CurlSnippetTests(PageServer server) : IDisposable
{
    private readonly SnippetStage _stage = new(server);

    [Theory]
    [InlineData(ClientPurposes.Web, "https://app.test/callback/here")]
    [InlineData(ClientPurposes.Spa, "https://app.test/callback/here")]
    [InlineData(ClientPurposes.Native, "http://127.0.0.1/callback/here")]
    public async Task A_person_signs_in_step_by_step(string purpose, string redirectUri)
    {
        var client = await _stage.MakeForPeopleAsync(purpose, redirectUri);
        await using var program = await StartAsync(client, []);
        await using var visit = await server.OpenAsync("about:blank");
        await visit.Page.RouteAsync(url => url.StartsWith(redirectUri, StringComparison.Ordinal), route => route.FulfillAsync(new() { Body = "Nobody is here" }));
        await visit.GoAsync(await program.AddressAsync($"{server.Issuer}/connect/authorize?"));
        await SnippetStage.SignInAsync(visit, redirectUri);

        await program.TypeAsync(visit.Page.Url);

        Assert.True(await program.EndAsync() == 0, program.Output);
        Assert.Contains("Hello Ada Lovelace", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_to_another_request_is_refused()
    {
        await using var program = await StartAsync(await _stage.MakeForPeopleAsync(ClientPurposes.Native, "http://127.0.0.1/callback/here"), []);
        await program.AddressAsync($"{server.Issuer}/connect/authorize?");

        await program.TypeAsync("http://127.0.0.1/callback/here?code=x&state=y");

        Assert.Equal(1, await program.EndAsync());
    }

    [Theory]
    [InlineData("client_secret_basic")]
    [InlineData("client_secret_post")]
    public async Task A_service_is_answered(string method)
    {
        var api = $"{server.Issuer}/api/admin/v1/scopes/openid";
        var (reader, other) = (await _stage.MakeServiceAsync("view:clients", method, "administration"), await _stage.MakeServiceAsync("read:results", method));

        await using var allowed = await StartAsync(reader, new() { ["API_URL"] = api });
        await using var refused = await StartAsync(other, new() { ["API_URL"] = api });

        Assert.True(await allowed.EndAsync() == 0, allowed.Output);
        Assert.Contains("\"openid\"", allowed.Output, StringComparison.Ordinal);
        Assert.Equal(22, await refused.EndAsync());
        Assert.Contains("401", refused.Output, StringComparison.Ordinal); // a token for another API
    }

    [Theory]
    [InlineData("client_secret_basic")]
    [InlineData("client_secret_post")]
    public async Task An_API_looks_into_a_token(string method)
    {
        var metadata = new System.Text.Json.Nodes.JsonObject { ["resources"] = new System.Text.Json.Nodes.JsonArray(SnippetStage.Api), ["token_endpoint_auth_method"] = method };
        var api = await _stage.MakeAsync(ClientPurposes.Resource, metadata);
        var token = await _stage.TokenAsync(await _stage.MakeServiceAsync("read:results"));
        var other = await _stage.TokenAsync(await _stage.MakeServiceAsync("read:detectors"));

        foreach (var (shown, status) in new[] { (token, "200"), (other, "403"), (token + "x", "401"), ("nonsense", "401") })
        {
            await using var look = await StartAsync(api, new() { ["TOKEN"] = shown });
            Assert.True(await look.EndAsync() == 0, look.Output);
            Assert.Equal(status, look.Output.Trim());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stage.Dispose();

    private async Task<ChildProcess> StartAsync(SnippetClientMade client, Dictionary<string, string> environment)
    {
        var tools = new[] { "bash", "curl", "jq", "openssl" }.Where(tool => Command.Find(tool) is null).ToList();
        Assert.SkipUnless(tools.Count == 0 || Command.InContinuousIntegration, $"{string.Join(", ", tools)} not installed");
        var directory = _stage.DirectoryFor("curl");
        await File.WriteAllTextAsync(Path.Combine(directory, "main.sh"), (await _stage.SnippetAsync(client.Id, "curl")).Code);
        environment["CLIENT_SECRET"] = client.Secret;
        return ChildProcess.Start("bash", directory, environment, "main.sh");
    }
}
