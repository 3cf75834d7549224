using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Web;
using Xunit;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>What relying parties do, in one line each.</summary>
public static class OAuth
{
    /// <summary>A verifier of 43 characters and its S256 challenge.</summary>
    public static (string Verifier, string Challenge) Pkce()
    {
        var verifier = System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return (verifier, System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))));
    }

    /// <summary>The URL of an authorization request.</summary>
    public static string AuthorizeUrl(params (string Name, string? Value)[] parameters) =>
        "/connect/authorize?" + string.Join('&', parameters.Where(p => p.Value is not null).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"));

    /// <summary>Signs a person in through the pages and answers the page or redirect that comes after.</summary>
    public static async Task<HttpResponseMessage> SignInAsync(this Browser browser, HttpResponseMessage signInPage, string user = "ada", string password = TestData.Password)
    {
        var page = await browser.FollowAsync(signInPage);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        for (var attempt = 0; ; attempt++)
        {
            var answer = await browser.SubmitAsync(page, "sign-in", ("username", user), ("password", password));
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || attempt == 5) return await browser.FollowAsync(await browser.GiveFactorAsync(answer, user)); // too many sign in at once: as the page says, again
        }
    }

    /// <summary>Runs a code flow through the pages and answers the redirect's parameters and the verifier.</summary>
    public static async Task<Grant> GrantAsync(this TestServer server, string client = TestData.Web, string redirectUri = "https://c.test/cb",
        string scope = "openid offline_access pynomaly_api", string user = "ada", Browser? browser = null, params (string Name, string? Value)[] more)
    {
        browser ??= server.Browser();
        var (verifier, challenge) = Pkce();
        var response = await browser.FollowAsync(await browser.GetAsync(AuthorizeUrl([("client_id", client), ("redirect_uri", redirectUri), ("response_type", "code"), ("scope", scope),
            ("state", "st"), ("nonce", "no"), ("code_challenge", challenge), ("code_challenge_method", "S256"), .. more])));
        if (response.StatusCode == HttpStatusCode.OK) response = await browser.SignInAsync(response, user);
        if (response.StatusCode == HttpStatusCode.OK) response = await browser.FollowAsync(await browser.SubmitAsync(response, "consent-allow"));
        var location = response.Headers.Location ?? throw new InvalidOperationException($"No redirect: {response.StatusCode} {await response.Content.ReadAsStringAsync()}\n{string.Join('\n', server.Logs.Lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal)).TakeLast(3))}");
        var query = HttpUtility.ParseQueryString(location.Query);
        return new Grant(client, redirectUri, query["code"] ?? throw new InvalidOperationException($"No code: {location}"), verifier, query["iss"], query["state"], browser);
    }

    /// <summary>Posts to the token endpoint as the client (Basic, or by name alone when it is public).</summary>
    public static Task<HttpResponseMessage> TokenAsync(this HttpClient machine, string client, params (string Name, string? Value)[] fields) =>
        machine.PostAsClientAsync("/connect/token", client, fields);

    /// <summary>Posts a form as the client.</summary>
    public static async Task<HttpResponseMessage> PostAsClientAsync(this HttpClient machine, string path, string client, params (string Name, string? Value)[] fields)
    {
        var form = fields.Where(field => field.Value is not null).Select(field => new KeyValuePair<string, string>(field.Name, field.Value!)).ToList();
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (client == TestData.Native) form.Add(new("client_id", client));
        else if (client == TestData.Other) form.AddRange([new("client_id", client), new("client_secret", TestData.Secret)]);
        else request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client}:{TestData.Secret}")));
        request.Content = new FormUrlEncodedContent(form);
        return await machine.SendAsync(request);
    }

    /// <summary>Redeems the grant's code.</summary>
    public static Task<HttpResponseMessage> RedeemAsync(this HttpClient machine, Grant grant, string? client = null, string? verifier = null) =>
        machine.TokenAsync(client ?? grant.Client, ("grant_type", "authorization_code"), ("code", grant.Code), ("redirect_uri", grant.RedirectUri), ("code_verifier", verifier ?? grant.Verifier));

    /// <summary>Presents a refresh token.</summary>
    public static Task<HttpResponseMessage> RefreshAsync(this HttpClient machine, string client, string refreshToken, params (string Name, string? Value)[] more) =>
        machine.TokenAsync(client, [("grant_type", "refresh_token"), ("refresh_token", refreshToken), .. more]);

    /// <summary>Whether the token is active, as the resource server (or the client itself) is told.</summary>
    public static async Task<bool> IsActiveAsync(this HttpClient machine, string token, string asClient = TestData.Api)
    {
        var answer = await machine.PostAsClientAsync("/connect/introspect", asClient, ("token", token));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync();
        if (!JsonElement.Parse(text).GetProperty("active").GetBoolean())
        {
            Assert.Equal("""{"active":false}""", text); // exactly this (RFC 7662 §2.2)
            return false;
        }

        return true;
    }

    /// <summary>The body as JSON.</summary>
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) => JsonElement.Parse(await response.Content.ReadAsStringAsync());

    /// <summary>Asserts success, and answers the tokens.</summary>
    public static async Task<TokenSet> TokensAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        var json = JsonElement.Parse(text);
        return new TokenSet(json.GetProperty("access_token").GetString()!, json.TryGetProperty("refresh_token", out var refresh) ? refresh.GetString() : null,
            json.TryGetProperty("id_token", out var id) ? id.GetString() : null, json);
    }

    /// <summary>Asserts a refusal of RFC 6749 §5.2: 400 or 401, JSON, not to be stored, the error; and nothing that tells more.</summary>
    public static async Task AssertRefusedAsync(this HttpResponseMessage response, string error, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode} {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("no-store", response.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
        var json = JsonElement.Parse(text);
        Assert.Equal(error, json.GetProperty("error").GetString());
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    /// <summary>The payload of a JWT, not verified.</summary>
    public static JsonElement Claims(string token) => JsonElement.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]));
}

/// <summary>A code and what goes with it.</summary>
public sealed record Grant(string Client, string RedirectUri, string Code, string Verifier, string? Issuer, string? State, Browser Browser);

/// <summary>An answer of the token endpoint.</summary>
public sealed record TokenSet(string AccessToken, string? RefreshToken, string? IdToken, JsonElement Json);
