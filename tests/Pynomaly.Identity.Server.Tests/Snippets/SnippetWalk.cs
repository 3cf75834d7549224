using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Snippets;
using Pynomaly.Identity.Server.Tests.Harness;
using Pynomaly.Identity.Server.Tests.Pages;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Snippets;

/// <summary>Runs what the console gives to copy, as it stands: the text goes into a file, secret and port into the environment. One class a language.</summary>
public abstract class SnippetWalk(PageServer server) : IDisposable
{
    private static readonly HttpClient Http = new(new PatientHandler(new SocketsHttpHandler { AllowAutoRedirect = false })); // an API may have yet to read the list

    /// <summary>The clients and their code.</summary>
    private protected SnippetStage Stage { get; } = new(server);

    /// <summary>The name of the language in <see cref="Snippet.Id"/>.</summary>
    protected abstract string Language { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Writes the text into a file, builds it where the language wants that, and says how it is started.</summary>
    private protected abstract Task<SnippetProgram> PrepareAsync(Snippet snippet, string directory);

    [Theory]
    [InlineData("client_secret_basic")]
    [InlineData("client_secret_post")]
    public async Task A_web_application_signs_a_person_in(string method)
    {
        var port = Ports.Free();
        var home = $"http://127.0.0.1:{port}/";
        var client = await Stage.MakeForPeopleAsync(ClientPurposes.Web, $"{home}callback/here", method);
        await using var program = await StartAsync(client, port);
        await using var visit = await server.OpenAsync(home);

        var asked = new Uri(visit.Page.Url).Query;
        await program.ExplainAsync(() => SnippetStage.SignInAsync(visit, home));

        Assert.True(visit.Page.Url == home, $"It ended at {visit.Page.Url}:\n{program.Output}");
        Assert.Equal("Hello Ada Lovelace", await visit.Page.InnerTextAsync("body"));
        await visit.GoAsync($"{home}callback/here?code=x&state=y&iss={Uri.EscapeDataString(server.Issuer)}"); // a code that somebody else began
        Assert.DoesNotContain("Hello", await visit.Page.InnerTextAsync("body"), StringComparison.Ordinal);
        Assert.DoesNotContain(client.Secret, program.Output, StringComparison.Ordinal);
        await AssertAsksWellAsync(home, asked);
    }

    [Fact]
    public async Task A_program_on_a_device_signs_a_person_in()
    {
        var client = await Stage.MakeForPeopleAsync(ClientPurposes.Native, "http://127.0.0.1/callback/here");
        await using var program = await StartAsync(client, 0);
        await using var visit = await server.OpenAsync(await program.AddressAsync($"{server.Issuer}/connect/authorize?"));

        await program.ExplainAsync(() => SnippetStage.SignInAsync(visit, "http://127.0.0.1:"));

        Assert.Contains("/callback/here?", visit.Page.Url, StringComparison.Ordinal);
        Assert.Equal("You can close this page.", await visit.Page.InnerTextAsync("body"));
        Assert.True(await program.EndAsync() == 0, program.Output);
        Assert.Contains("Hello Ada Lovelace", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_API_answers_who_may_and_a_service_is_answered()
    {
        var port = Ports.Free();
        var address = $"http://127.0.0.1:{port}/results";
        var api = await Stage.MakeAsync(ClientPurposes.Resource, new() { ["resources"] = new System.Text.Json.Nodes.JsonArray(SnippetStage.Api) });
        await using var program = await StartAsync(api, port);
        var (reader, other) = (await Stage.MakeServiceAsync("read:results"), await Stage.MakeServiceAsync("read:detectors"));
        var token = await Stage.TokenAsync(reader);
        var parts = token.Split('.');

        Assert.Equal((HttpStatusCode.Unauthorized, false), await AskAsync(address, null));
        Assert.Equal((HttpStatusCode.OK, false), await AskAsync(address, token));
        Assert.Equal((HttpStatusCode.Unauthorized, true), await AskAsync(address, $"{parts[0]}.{parts[1]}.{(parts[2][0] == 'A' ? 'B' : 'A')}{parts[2][1..]}"));
        Assert.Equal((HttpStatusCode.Unauthorized, true), await AskAsync(address, "nonsense"));
        Assert.Equal((HttpStatusCode.Unauthorized, true), await AskAsync(address, await Stage.IdTokenAsync()));
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(address, await Stage.TokenAsync(other))).Status);
        foreach (var service in new[] { reader, await Stage.MakeServiceAsync("read:results", "client_secret_post") })
        {
            await using var run = await StartAsync(service, 0, address);
            Assert.True(await run.EndAsync() == 0, run.Output);
            Assert.Contains("200 Here they are", run.Output, StringComparison.Ordinal);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stage.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts the code for a client; with a port, once it listens there.</summary>
    private protected async Task<ChildProcess> StartAsync(SnippetClientMade client, int port, string api = "")
    {
        var prepared = await PrepareAsync(await Stage.SnippetAsync(client.Id, Language), Stage.DirectoryFor(Language));
        var program = ChildProcess.Start(prepared.File, prepared.Directory, new Dictionary<string, string>
        {
            ["CLIENT_SECRET"] = client.Secret, ["SESSION_SECRET"] = Convert.ToHexString(RandomNumberGenerator.GetBytes(32)), ["API_URL"] = api,
            ["HOME"] = prepared.Directory, ["PORT"] = $"{port}", ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}", ["BROWSER"] = "true", ["PYTHONUNBUFFERED"] = "1",
        }, prepared.Arguments);
        if (port > 0) await program.ListensAsync(port);
        return program;
    }

    // RFC 9700 §2.1.1: PKCE; state and nonce beside it, so that an answer fits one browser and one request.
    private async Task AssertAsksWellAsync(string home, string asked)
    {
        Assert.NotEmpty(asked);
        using var first = await Http.GetAsync(home, Stop);
        using var second = first.Headers.Location is { IsAbsoluteUri: false } ? await Http.GetAsync(new Uri(new Uri(home), first.Headers.Location), Stop) : null;
        var query = (second ?? first).Headers.Location!.Query;
        foreach (var part in new[] { "response_type=code", "code_challenge_method=S256", "code_challenge=", "state=", "nonce=" }) Assert.Contains(part, query, StringComparison.Ordinal);
        foreach (var cookie in (second ?? first).Headers.GetValues("Set-Cookie")) Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
    }

    // The status, and whether a token is said to be invalid: RFC 6750 §3.1, nothing is said where there was none.
    private static async Task<(HttpStatusCode Status, bool IsInvalid)> AskAsync(string address, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await Http.SendAsync(request, Stop);
        if (answer.StatusCode == HttpStatusCode.OK) Assert.Equal("Here they are", await answer.Content.ReadAsStringAsync(Stop));
        else Assert.Contains("Bearer", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        return (answer.StatusCode, answer.Headers.WwwAuthenticate.ToString().Contains("invalid_token", StringComparison.Ordinal));
    }
}
