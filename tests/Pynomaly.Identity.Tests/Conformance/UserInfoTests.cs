using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Conformance;

/// <summary>UserInfo (B10 to B12; OpenID Connect Core §5.3, RFC 6750 §2 and §3).</summary>
public abstract class UserInfoTests(TestServer server) : ServerSuite(server)
{
    [Fact]
    public async Task B11_Each_scope_brings_its_claims_and_absent_ones_are_left_out()
    {
        var claims = await ReadAsync(await TokenAsync(("scope", "openid profile email address phone")));

        Assert.Equal(TestData.Ada, claims.GetProperty("sub").GetString());
        Assert.Equal("ada@example.org", claims.GetProperty("email").GetString());
        Assert.Equal(JsonValueKind.True, claims.GetProperty("email_verified").ValueKind);
        Assert.Equal(JsonValueKind.Object, claims.GetProperty("address").ValueKind);
        Assert.Equal(JsonValueKind.Number, claims.GetProperty("updated_at").ValueKind);
        Assert.Equal(JsonValueKind.False, claims.GetProperty("phone_number_verified").ValueKind);
        Assert.Equal("ada", claims.GetProperty("preferred_username").GetString());
        Assert.DoesNotContain(claims.EnumerateObject(), claim => claim.Value.ValueKind == JsonValueKind.Null || claim.Value.ToString().Length == 0);
    }

    [Fact]
    public async Task B11_openid_alone_brings_the_subject_alone()
    {
        Assert.Equal(["sub"], (await ReadAsync(await TokenAsync())).EnumerateObject().Select(claim => claim.Name));
    }

    [Fact]
    public async Task B10_Claims_asked_for_of_UserInfo_stand_there()
    {
        var claims = await ReadAsync(await TokenAsync(("claims", "{\"userinfo\":{\"name\":{\"essential\":true},\"nothing\":null},\"id_token\":{\"email\":null}}")));

        Assert.Equal("ada L.", claims.GetProperty("name").GetString());
        Assert.False(claims.TryGetProperty("email", out _));
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("bearer")]
    [InlineData("BEARER")]
    public async Task B12_The_token_may_come_in_the_header_by_GET_and_POST_whatever_the_case_of_the_scheme(string scheme)
    {
        var token = await TokenAsync();

        using var get = await SendAsync(HttpMethod.Get, $"{scheme} {token}");
        using var post = await SendAsync(HttpMethod.Post, $"{scheme} {token}");

        Assert.Equal(HttpStatusCode.OK, get.StatusCode);
        Assert.Equal(HttpStatusCode.OK, post.StatusCode);
        Assert.Equal("application/json", get.Content.Headers.ContentType?.MediaType);
        Assert.True(get.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task B12_The_token_may_come_in_a_form_body_and_in_one_way_only()
    {
        var token = await TokenAsync();
        (string, string)[] form = [("access_token", token)];

        using var alone = await SendAsync(HttpMethod.Post, null, form);
        using var both = await SendAsync(HttpMethod.Post, $"Bearer {token}", form);
        using var twice = await SendAsync(HttpMethod.Post, null, [.. form, .. form]);

        Assert.Equal(HttpStatusCode.OK, alone.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, both.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, twice.StatusCode);
    }

    [Fact]
    public async Task A_token_in_the_query_is_not_looked_at()
    {
        using var machine = Server.Machine();

        using var response = await machine.GetAsync($"{Paths.UserInfo}?access_token={await TokenAsync()}");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task B12_A_bad_token_gets_401_and_says_invalid_token()
    {
        var token = await TokenAsync();

        foreach (var bad in (string[])["x", token[..^2], token + "A", "eyJhbGciOiJub25lIn0.e30."])
        {
            using var response = await SendAsync(HttpMethod.Get, $"Bearer {bad}");
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Contains("error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_token_without_openid_gets_403()
    {
        // Narrowed to no API: the token is for this server, but not for this.
        using var browser = Server.Browser();
        using var machine = Server.Machine();
        var client = await AddClientAsync(new ClientMetadata { RedirectUris = ["https://c.test/cb"], Scope = "profile", Consent = "implicit" });
        var code = await browser.CodeAsync(client, ("scope", "profile"), ("redirect_uri", "https://c.test/cb"));
        var (_, body) = await machine.RedeemCodeAsync(client, code, redirectUri: "https://c.test/cb");

        using var response = await SendAsync(HttpMethod.Get, $"Bearer {body.GetProperty("access_token").GetString()}");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("error=\"insufficient_scope\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Contains("scope=\"openid\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_token_speaks_of_no_person()
    {
        using var machine = Server.Machine();
        var (_, body) = await machine.AskAsync(TestData.Service, ("grant_type", "client_credentials"));

        using var response = await SendAsync(HttpMethod.Get, $"Bearer {body.GetProperty("access_token").GetString()}");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_disabled_person_is_answered_for_no_more()
    {
        var token = await TokenAsync();
        await ExecuteAsync("UPDATE users SET is_disabled = $1 WHERE id = $2", true, TestData.Ada);
        try
        {
            using var response = await SendAsync(HttpMethod.Get, $"Bearer {token}");
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
        finally
        {
            await ExecuteAsync("UPDATE users SET is_disabled = $1 WHERE id = $2", false, TestData.Ada);
        }
    }

    [Fact]
    public async Task B12_A_client_may_have_the_answer_signed()
    {
        using var browser = Server.Browser();
        using var machine = Server.Machine();
        var client = await AddClientAsync(new ClientMetadata { RedirectUris = ["https://c.test/cb"], Scope = "openid email", Consent = "implicit", UserinfoSignedResponseAlg = "RS256" });
        var code = await browser.CodeAsync(client, ("scope", "openid email"), ("redirect_uri", "https://c.test/cb"));
        var (_, body) = await machine.RedeemCodeAsync(client, code, redirectUri: "https://c.test/cb");

        using var response = await SendAsync(HttpMethod.Get, $"Bearer {body.GetProperty("access_token").GetString()}");
        var claims = OAuth.Claims(await response.Content.ReadAsStringAsync());

        Assert.Equal("application/jwt", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(TestServer.Issuer, claims.GetProperty("iss").GetString());
        Assert.Equal(client, claims.GetProperty("aud").GetString());
        Assert.Equal("ada@example.org", claims.GetProperty("email").GetString());
    }

    [Theory]
    [InlineData("https://evil.test")]
    [InlineData("null")]
    [InlineData("https://c.test.evil")]
    [InlineData("http://c.test")]
    public async Task HP_05_No_origin_gets_an_answer_with_credentials(string origin)
    {
        using var machine = Server.Machine();
        using var request = new HttpRequestMessage(HttpMethod.Get, Paths.UserInfo);
        request.Headers.Add("Origin", origin);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync());

        using var response = await machine.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    private async Task<string> TokenAsync(params (string, string?)[] changes)
    {
        using var browser = Server.Browser();
        using var machine = Server.Machine();
        var (status, body) = await machine.RedeemCodeAsync(TestData.Web, await browser.CodeAsync(TestData.Web, changes));
        Assert.True(status == HttpStatusCode.OK, body.ToString());
        return body.GetProperty("access_token").GetString()!;
    }

    private async Task<JsonElement> ReadAsync(string token)
    {
        using var response = await SendAsync(HttpMethod.Get, $"Bearer {token}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string? authorization, (string Name, string Value)[]? form = null)
    {
        using var machine = Server.Machine();
        using var request = new HttpRequestMessage(method, Paths.UserInfo);
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (form is not null) request.Content = new FormUrlEncodedContent(form.Select(field => new KeyValuePair<string, string>(field.Name, field.Value)));
        var response = await machine.SendAsync(request);
        await response.Content.LoadIntoBufferAsync();
        return response;
    }
}

/// <summary>On SQLite.</summary>
public sealed class UserInfoTestsOnSqlite(SqliteServer server) : UserInfoTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class UserInfoTestsOnPostgreSql(PostgreSqlServer server) : UserInfoTests(server), IClassFixture<PostgreSqlServer>;
