using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Server.Tests.Harness;
using Pynomaly.Identity.Server.Tests.Pages;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Snippets;

/// <summary>The snippet for a single-page application, in Chromium: a page with a button around it, and an import map where a person would have a bundler.</summary>
public sealed class BrowserSnippetTests(PageServer server) : IDisposable
{
    private const string Page = """
        <!doctype html><html lang="en"><title>Application</title><link rel="icon" href="data:,">
        <script type="importmap">{"imports":{"openid-client":"/packages/openid-client/build/index.js","oauth4webapi":"/packages/oauth4webapi/build/index.js","jose/errors":"/packages/jose/dist/webapi/util/errors.js","jose/jwe/compact/decrypt":"/packages/jose/dist/webapi/jwe/compact/decrypt.js"}}</script>
        <button id="sign-in-here">Sign in</button><p id="person"></p>
        <script type="module">
          import { call, signedIn, signIn } from "/main.js";
          window.call = call;
          document.querySelector("#sign-in-here").onclick = signIn;
          const person = await signedIn();
          document.querySelector("#person").textContent = person ? `Hello ${person.name}` : "Nobody";
        </script>
        """;

    private readonly SnippetStage _stage = new(server);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_single_page_application_signs_a_person_in_and_calls_an_API()
    {
        var home = $"http://127.0.0.1:{Ports.Free()}";
        var client = await _stage.MakeForPeopleAsync(ClientPurposes.Spa, $"{home}/callback/here");
        await using var site = await ServeAsync(home, (await _stage.SnippetAsync(client.Id, "node")).Code);
        await using var visit = await server.OpenAsync($"{home}/callback/here");
        await visit.Page.UntilAsync("document.querySelector('#person').textContent === 'Nobody'");

        await visit.Page.ClickAsync("#sign-in-here");
        await visit.Page.ArriveAsync(url => url.StartsWith(server.Issuer, StringComparison.Ordinal));
        await SnippetStage.SignInAsync(visit, home);

        await visit.Page.UntilAsync("document.querySelector('#person').textContent === 'Hello Ada Lovelace'");
        Assert.Equal($"{home}/callback/here", visit.Page.Url); // the code is gone from it
        Assert.Equal("", await visit.Page.EvaluateAsync<string>("JSON.stringify([{ ...localStorage }, { ...sessionStorage }]).replace('[{},{}]', '')")); // and no token lies anywhere
        Assert.Equal(200, await visit.Page.EvaluateAsync<int>($"call('{server.Issuer}/connect/userinfo').then(answer => answer.status)"));
    }

    [Fact]
    public async Task An_answer_that_was_not_asked_for_signs_nobody_in()
    {
        var home = $"http://127.0.0.1:{Ports.Free()}";
        var client = await _stage.MakeForPeopleAsync(ClientPurposes.Spa, $"{home}/callback/here");
        await using var site = await ServeAsync(home, (await _stage.SnippetAsync(client.Id, "node")).Code);

        await using var visit = await server.OpenAsync($"{home}/callback/here?code=x&state=y");

        await visit.Page.UntilAsync("document.querySelector('#person').textContent === 'Nobody'");
    }

    /// <inheritdoc/>
    public void Dispose() => _stage.Dispose();

    private static async Task<WebApplication> ServeAsync(string home, string code)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(home);
        var app = builder.Build();
        app.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(await NodePackages.FindAsync()), RequestPath = "/packages" });
        app.MapGet("/main.js", () => Results.Text(code, "text/javascript"));
        app.MapGet("/callback/here", () => Results.Text(Page, "text/html"));
        await app.StartAsync(Stop);
        return app;
    }
}
