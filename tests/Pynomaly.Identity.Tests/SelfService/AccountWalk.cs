using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>What a person does with their own account, in one line each.</summary>
internal static class AccountWalk
{
    /// <summary>A client that may ask for the account API.</summary>
    public static ClientMetadata ApiClient(string scope = "openid account offline_access pynomaly_api") => new()
    {
        ClientName = "Keeper", RedirectUris = ["https://c.test/cb"], GrantTypes = ["authorization_code", "refresh_token"], Scope = scope, Consent = "implicit", IdTokenSignedResponseAlg = "ES256",
    };

    /// <summary>A browser where the person is signed in.</summary>
    public static async Task<Browser> SignedInAsync(this TestServer server, TestPerson person)
    {
        var browser = server.Browser();
        var page = await browser.SignInAsync(await browser.GetAsync("/account"), person.Name);
        Assert.True(page.StatusCode == HttpStatusCode.OK && await CodeFlow.PageOfAsync(page) == "account", $"{page.StatusCode} {page.RequestMessage!.RequestUri}");
        return browser;
    }

    /// <summary>A token of the person for the client.</summary>
    public static async Task<TokenSet> TokensAsync(this TestServer server, string client, TestPerson person, string scope = "openid account", Browser? browser = null)
    {
        var grant = await server.GrantAsync(client, "https://c.test/cb", scope, person.Name, browser);
        return await (await server.Machine().RedeemAsync(grant)).TokensAsync();
    }

    /// <summary>Calls the account API.</summary>
    public static async Task<HttpResponseMessage> CallAsync(this TestServer server, HttpMethod method, string path, string? token, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, $"/api/account/v1{path}");
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await server.Machine().SendAsync(request);
    }

    /// <summary>Asserts a refusal of RFC 9457, and answers it.</summary>
    public static async Task<System.Text.Json.JsonElement> ProblemAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode} {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = System.Text.Json.JsonElement.Parse(text);
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        return problem;
    }

    /// <summary>The id that stands in the page's attribute.</summary>
    public static async Task<IReadOnlyList<string>> MarksAsync(this Browser browser, string path, string attribute)
    {
        var html = await (await browser.GetAsync(path)).Content.ReadAsStringAsync();
        return [.. System.Text.RegularExpressions.Regex.Matches(html, $"{attribute}=\"([^\"]+)\"").Select(match => WebUtility.HtmlDecode(match.Groups[1].Value))];
    }
}
