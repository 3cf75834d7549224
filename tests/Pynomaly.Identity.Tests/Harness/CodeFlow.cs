using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Pynomaly.Identity.Protocol;
using Xunit;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>The code flow as a client, a person and an attacker walk it.</summary>
public static class CodeFlow
{
    /// <summary>The verifier of RFC 7636 Appendix B.</summary>
    public const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    /// <summary>Its challenge.</summary>
    public const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    /// <summary>The state that every request sends.</summary>
    public const string State = "af0ifjsldkj";

    /// <summary>The nonce that every request sends.</summary>
    public const string Nonce = "n-0S6_WzA2Mj";

    /// <summary>The redirect URI of a client of <see cref="TestData"/>.</summary>
    public static string RedirectUri(string client) => client switch { TestData.Web => "https://c.test/cb", TestData.Other => "https://d.test/cb", _ => "http://127.0.0.1/cb" };

    /// <summary>The parameters of a good request, changed: a value replaces, null takes away, a new name is added.</summary>
    public static List<KeyValuePair<string, string>> Request(string client, params (string Name, string? Value)[] changes)
    {
        List<KeyValuePair<string, string>> request =
        [
            new("response_type", "code"), new("client_id", client), new("redirect_uri", RedirectUri(client)), new("scope", "openid"), new("state", State), new("nonce", Nonce),
            new("code_challenge", Challenge), new("code_challenge_method", "S256"),
        ];
        foreach (var (name, value) in changes)
        {
            var at = request.FindIndex(one => one.Key == name);
            if (at >= 0) request.RemoveAt(at);
            if (value is not null) request.Insert(at >= 0 ? at : request.Count, new(name, value));
        }

        return request;
    }

    /// <summary>The address of that request.</summary>
    public static string Url(string client, params (string Name, string? Value)[] changes) =>
        $"{Paths.Authorize}?{string.Join('&', Request(client, changes).Select(one => $"{one.Key}={Uri.EscapeDataString(one.Value)}"))}";

    /// <summary>Opens the address and does what a willing person does: signs in, keeps the account, allows. Answers the redirect that leaves the server, or the page that stops.</summary>
    public static async Task<HttpResponseMessage> AuthorizeAsync(this Browser browser, string url, string name = "ada")
    {
        var response = await browser.FollowAsync(await browser.GetAsync(url));
        for (var step = 0; step < 5 && response.Headers.Location is null; step++)
        {
            switch (await PageOfAsync(response))
            {
                case "sign-in": response = await browser.FollowAsync(await browser.FillInAsync(response, name)); break;
                case "second-factor": response = await browser.FollowAsync(await browser.SubmitAsync(response, "verify", ("code", browser.Server.Apps.Code(name)))); break;
                case "consent": response = await browser.FollowAsync(await browser.SubmitAsync(response, "consent-allow", ("remember", "true"))); break;
                default: return response;
            }
        }

        return response;
    }

    /// <summary>Fills in the sign-in page, and the one of the second factor where it comes.</summary>
    public static async Task<HttpResponseMessage> FillInAsync(this Browser browser, HttpResponseMessage page, string name = "ada") =>
        await browser.GiveFactorAsync(await browser.SubmitAsync(page, "sign-in", ("username", name), ("password", TestData.Password)), name);

    /// <summary>Signs in with the password alone; answers the page that comes then, which asks for the second factor. Who was signed in is forgotten first.</summary>
    public static async Task<HttpResponseMessage> PendingAsync(this Browser browser, string name, string from = Paths.SignInPage)
    {
        foreach (Cookie cookie in browser.Cookies.GetAllCookies()) cookie.Expired |= cookie.Name == "__Host-pyn_session";
        return await browser.FollowAsync(await browser.SubmitAsync(await browser.FollowAsync(await browser.GetAsync(from)), "sign-in", ("username", name), ("password", TestData.Password)));
    }

    /// <summary>Gives a code of the person's app when the answer leads to the page that asks for it; leaves any other answer as it is.</summary>
    public static async Task<HttpResponseMessage> GiveFactorAsync(this Browser browser, HttpResponseMessage answer, string name)
    {
        if (answer.Headers.Location?.OriginalString.StartsWith(Paths.FactorPage, StringComparison.Ordinal) != true) return answer;
        return await browser.SubmitAsync(await browser.FollowAsync(answer), "verify", ("code", browser.Server.Apps.Code(name)));
    }

    /// <summary>A code for the client, got by a browser; signs in where needed.</summary>
    public static async Task<string> CodeAsync(this Browser browser, string client, params (string Name, string? Value)[] changes) =>
        Answer(await browser.AuthorizeAsync(Url(client, changes)))["code"];

    /// <summary>The name of the page; null when it is none.</summary>
    public static async Task<string?> PageOfAsync(HttpResponseMessage response)
    {
        var html = await response.Content.ReadAsStringAsync();
        var at = html.IndexOf("data-page=\"", StringComparison.Ordinal);
        return at < 0 ? null : html[(at + 11)..html.IndexOf('"', at + 11)];
    }

    /// <summary>The parameters of a redirect to the client.</summary>
    public static Dictionary<string, string> Answer(HttpResponseMessage response)
    {
        Assert.True(response.Headers.Location is not null, $"Not a redirect: {(int)response.StatusCode} {response.Content.ReadAsStringAsync().GetAwaiter().GetResult()}");
        return QueryHelpers.ParseQuery(response.Headers.Location.Query).ToDictionary(one => one.Key, one => one.Value.Single()!);
    }

    /// <summary>PAGE of the attack catalogue: 400, HTML of our own, no redirect, nothing sent along repeated.</summary>
    public static async Task AssertPageAsync(HttpResponseMessage response, params string[] notRepeated)
    {
        var html = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Null(response.Headers.Location);
        Assert.Contains("data-page=\"error\"", html, StringComparison.Ordinal);
        foreach (var text in notRepeated) Assert.DoesNotContain(text, html, StringComparison.Ordinal);
    }

    /// <summary>REDIR(error) of the attack catalogue: a redirect to the registered address with the error, the exact state, and iss.</summary>
    public static Dictionary<string, string> AssertRefused(HttpResponseMessage response, string error, string to = "https://c.test/cb", string? state = State)
    {
        var answer = Answer(response);
        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.StartsWith($"{to}?", response.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(error, answer.GetValueOrDefault("error"));
        Assert.Equal(state, answer.GetValueOrDefault("state"));
        Assert.Equal(TestServer.Issuer, answer.GetValueOrDefault("iss"));
        Assert.False(answer.ContainsKey("code"));
        Assert.All(answer["error_description"], c => Assert.True(c is >= ' ' and <= '~' and not ('"' or '\\')));
        return answer;
    }

    /// <summary>Sends a token request of the client, authenticated as it is registered, and answers status and body.</summary>
    public static async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(this HttpClient machine, string client, params (string Name, string? Value)[] fields)
    {
        using var response = await machine.TokenAsync(client, fields);
        return (response.StatusCode, await response.JsonAsync());
    }

    /// <summary>Redeems a code.</summary>
    public static Task<(HttpStatusCode Status, JsonElement Body)> RedeemCodeAsync(this HttpClient machine, string client, string code, string? verifier = Verifier, string? redirectUri = null) =>
        machine.AskAsync(client, ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectUri ?? RedirectUri(client)), ("code_verifier", verifier));

    /// <summary>The claims of the ID token that the web client gets for the browser's person.</summary>
    public static async Task<JsonElement> IdTokenAsync(this TestServer server, Browser browser, params (string, string?)[] changes) =>
        await server.IdTokenOfAsync(await browser.CodeAsync(TestData.Web, changes));

    /// <summary>The claims of the ID token that the client gets for the code.</summary>
    public static async Task<JsonElement> IdTokenOfAsync(this TestServer server, string code, string client = TestData.Web)
    {
        using var machine = server.Machine();
        var (status, body) = await machine.RedeemCodeAsync(client, code);
        Assert.True(status == HttpStatusCode.OK, body.ToString());
        return OAuth.Claims(body.GetProperty("id_token").GetString()!);
    }
}
