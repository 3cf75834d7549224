using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Snippets;
using Pynomaly.Identity.Server.Tests.Pages;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Snippets;

/// <summary>Clients made as an administrator makes them, with the code that the console shows for them.</summary>
internal sealed class SnippetStage(PageServer server) : IDisposable
{
    /// <summary>The API of the scope pynomaly_api.</summary>
    public const string Api = "https://api.pynomaly.local";

    /// <summary>What an application of a person asks for.</summary>
    private const string PersonScope = "openid profile email pynomaly_api";

    private static readonly HttpClient Http = new();
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> IdTokens = new(StringComparer.Ordinal);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("pynomaly-snippets-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Makes a client for a purpose.</summary>
    public async Task<SnippetClientMade> MakeAsync(string purpose, JsonObject metadata)
    {
        Assert.SkipWhen(server.IsMissing, "No Chromium here, so no server for the pages.");
        var made = await server.Services.GetRequiredService<ClientAdministration>().CreateAsync(Operator.CommandLine, new NewClient(purpose, null, metadata), Stop);
        return new SnippetClientMade(made.Client.ClientId, made.Secret ?? "");
    }

    /// <summary>A client for people, whose answers go to this address.</summary>
    public Task<SnippetClientMade> MakeForPeopleAsync(string purpose, string redirectUri, string? method = null)
    {
        var metadata = new JsonObject { ["redirect_uris"] = new JsonArray(redirectUri), ["scope"] = PersonScope };
        if (method is not null) metadata["token_endpoint_auth_method"] = method;
        return MakeAsync(purpose, metadata);
    }

    /// <summary>A client that acts for itself.</summary>
    public Task<SnippetClientMade> MakeServiceAsync(string permission, string method = "client_secret_basic", string scope = "pynomaly_api") => MakeAsync(
        ClientPurposes.Service, new JsonObject { ["scope"] = scope, ["permissions"] = new JsonArray(permission), ["token_endpoint_auth_method"] = method });

    /// <summary>The code for a client, in one language.</summary>
    public async Task<Snippet> SnippetAsync(string clientId, string language) =>
        Assert.Single(await server.Services.GetRequiredService<ClientSnippets>().ListAsync(Operator.CommandLine, clientId, Stop), one => one.Id == language);

    /// <summary>A directory of its own for a program.</summary>
    public string DirectoryFor(string name) => _directory.CreateSubdirectory($"{name}-{Guid.NewGuid():N}").FullName;

    /// <summary>A token by client credentials.</summary>
    public async Task<string> TokenAsync(SnippetClientMade client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{server.Issuer}/connect/token") { Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"{client.Id}:{client.Secret}")));
        using var answer = await Http.SendAsync(request, Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.IsSuccessStatusCode, text);
        return (string)JsonNode.Parse(text)!["access_token"]!;
    }

    /// <summary>An ID token that names the API as its audience, since a client is called so: only its type tells it from an access token (RFC 9068 §4).</summary>
    public Task<string> IdTokenAsync() => IdTokens.GetOrAdd(server.Issuer, _ => new(ReceiveIdTokenAsync)).Value;

    /// <summary>Signs Ada in and allows what is asked, until the browser stands at an address that begins so.</summary>
    public static async Task SignInAsync(PageVisit visit, string until)
    {
        await visit.SignInAsync();
        if (!visit.Page.Url.StartsWith(until, StringComparison.Ordinal)) await visit.Page.ClickAsync("#consent-allow");
        await visit.Page.ReachAsync(url => url.StartsWith(until, StringComparison.Ordinal));
        await visit.Page.UntilAsync("document.readyState === 'complete'"); // what it says has come whole
    }

    /// <inheritdoc/>
    public void Dispose() => _directory.Delete(recursive: true);

    private async Task<string> ReceiveIdTokenAsync()
    {
        var metadata = new JsonObject { ["redirect_uris"] = new JsonArray(server.RedirectUri), ["scope"] = PersonScope };
        await server.Services.GetRequiredService<ClientAdministration>().CreateAsync(Operator.CommandLine, new NewClient(ClientPurposes.Spa, Api, metadata), Stop);
        await using var visit = await server.OpenAsync(server.Authorize(Api));
        await SignInAsync(visit, server.RedirectUri);
        var code = (await visit.ReturnAsync())["code"];
        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", "authorization_code"), new("client_id", Api), new("code", code), new("redirect_uri", server.RedirectUri), new("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
        ]);
        using var answer = await Http.PostAsync($"{server.Issuer}/connect/token", form, Stop);
        return (string)JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Stop))!["id_token"]!;
    }
}
