using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Conformance;

/// <summary>What the certification's Basic plan asks of the authorization endpoint (B2 to B5, B9, B10, B15 to B18); PromptTests has B6 to B8.</summary>
public abstract class AuthorizationTests(TestServer server) : ServerSuite(server)
{
    [Fact]
    public async Task B2_A_form_does_what_a_query_does_in_any_order_with_unknown_parameters_beside()
    {
        using var browser = Server.Browser();
        var fields = CodeFlow.Request(TestData.Web, ("scope", "email openid profile"), ("extra", "foobar")).Select(one => (one.Key, one.Value)).Reverse().ToArray();

        var page = await browser.FollowAsync(await browser.PostAsync(Paths.Authorize, fields));
        var answer = CodeFlow.Answer(await browser.FollowAsync(await browser.FillInAsync(page)));

        Assert.True(answer.ContainsKey("code"));
        Assert.Equal(CodeFlow.State, answer["state"]);
    }

    [Fact]
    public async Task B2_Who_is_signed_in_is_found_although_browsers_keep_the_cookie_from_a_form_of_another_site()
    {
        using var browser = Server.Browser();
        await browser.CodeAsync(TestData.Web);

        var posted = await browser.PostAsync(Paths.Authorize, [.. CodeFlow.Request(TestData.Web, ("prompt", "none")).Select(one => (one.Key, one.Value))]);

        Assert.StartsWith(Paths.AuthorizeResume, posted.Headers.Location?.OriginalString, StringComparison.Ordinal);
        Assert.True(CodeFlow.Answer(await browser.FollowAsync(posted)).ContainsKey("code"));
    }

    [Theory]
    [InlineData(null, Errors.InvalidRequest)]
    [InlineData("token", Errors.UnsupportedResponseType)]
    [InlineData("code id_token", Errors.UnsupportedResponseType)]
    [InlineData("id_token", Errors.UnsupportedResponseType)]
    [InlineData("none", Errors.UnsupportedResponseType)]
    public async Task B4_A_response_type_that_is_missing_or_not_served_is_refused_in_the_query(string? responseType, string error)
    {
        using var browser = Server.Browser();

        var answer = CodeFlow.AssertRefused(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("response_type", responseType))), error);

        Assert.Equal(["error", "error_description", "iss", "state"], answer.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task B4_Without_a_scope_nothing_is_guessed()
    {
        using var browser = Server.Browser();

        CodeFlow.AssertRefused(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("scope", null))), Errors.InvalidScope);
    }

    [Fact]
    public async Task B4_A_client_without_the_code_grant_is_refused()
    {
        using var browser = Server.Browser();
        var client = await AddClientAsync(new ClientMetadata { RedirectUris = ["https://c.test/cb"], GrantTypes = ["client_credentials"], Scope = "openid" });

        CodeFlow.AssertRefused(await browser.GetAsync(CodeFlow.Url(client, ("redirect_uri", "https://c.test/cb"))), Errors.UnauthorizedClient);
    }

    [Fact]
    public async Task B5_A_nonce_of_a_thousand_characters_stands_in_the_id_token_and_none_where_none_was_sent()
    {
        using var browser = Server.Browser();
        var nonce = string.Concat(Enumerable.Range(0, 1024).Select(number => (char)('a' + number % 26)));

        var withNonce = await Server.IdTokenAsync(browser, ("nonce", nonce));
        var without = await Server.IdTokenAsync(browser, ("nonce", null));

        Assert.Equal(nonce, withNonce.GetProperty("nonce").GetString());
        Assert.False(without.TryGetProperty("nonce", out _));
    }

    [Theory]
    [InlineData("display", "popup")]
    [InlineData("ui_locales", "se fr")]
    [InlineData("claims_locales", "se")]
    [InlineData("acr_values", "1 2")]
    public async Task B9_Optional_parameters_do_no_harm(string name, string value)
    {
        using var browser = Server.Browser();

        Assert.True(CodeFlow.Answer(await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web, (name, value)))).ContainsKey("code"));
    }

    [Fact]
    public async Task B9_A_login_hint_is_filled_into_the_form()
    {
        using var browser = Server.Browser();

        var page = await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("login_hint", "ada@example.org"))));

        Assert.Contains("ada@example.org", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B9_The_acr_that_was_met_stands_in_the_id_token()
    {
        using var browser = Server.Browser();

        Assert.Equal("pwd", (await Server.IdTokenAsync(browser, ("acr_values", "phr pwd"))).GetProperty("acr").GetString());
    }

    [Fact]
    public async Task B10_An_essential_acr_that_cannot_be_met_is_refused()
    {
        using var browser = Server.Browser();
        await browser.CodeAsync(TestData.Web);

        var response = await browser.GetAsync(CodeFlow.Url(TestData.Web, ("claims", "{\"id_token\":{\"acr\":{\"essential\":true,\"values\":[\"phr\"]}}}")));

        CodeFlow.AssertRefused(response, Errors.UnmetAuthenticationRequirements);
    }

    [Fact]
    public async Task B10_A_subject_asked_for_by_value_must_be_the_one_who_is_signed_in()
    {
        using var browser = Server.Browser();
        await browser.CodeAsync(TestData.Web);
        string Claims(string subject) => $"{{\"id_token\":{{\"sub\":{{\"value\":\"{subject}\"}}}}}}";

        var right = await browser.GetAsync(CodeFlow.Url(TestData.Web, ("prompt", "none"), ("claims", Claims(TestData.Ada))));
        var wrong = await browser.GetAsync(CodeFlow.Url(TestData.Web, ("prompt", "none"), ("claims", Claims(TestData.Bob))));

        Assert.True(CodeFlow.Answer(right).ContainsKey("code"));
        CodeFlow.AssertRefused(wrong, Errors.LoginRequired);
    }

    [Fact]
    public async Task B10_Claims_of_the_id_token_stand_there_and_only_those_asked_for()
    {
        using var browser = Server.Browser();

        var claims = await Server.IdTokenAsync(browser, ("scope", "openid email profile"), ("claims", "{\"id_token\":{\"email\":{\"essential\":true},\"auth_time\":null},\"userinfo\":{\"name\":null}}"));

        Assert.Equal("ada@example.org", claims.GetProperty("email").GetString());
        Assert.False(claims.TryGetProperty("name", out _));
        Assert.False(claims.TryGetProperty("given_name", out _));
    }

    [Fact]
    public async Task B16_Offline_access_is_granted_with_consent_and_left_out_where_the_client_could_not_use_it()
    {
        using var browser = Server.Browser();
        using var machine = Server.Machine();
        var client = await AddClientAsync(new ClientMetadata { RedirectUris = ["https://c.test/cb"], Scope = "openid offline_access", Consent = "implicit" });

        var (_, with) = await machine.RedeemCodeAsync(TestData.Other, await browser.CodeAsync(TestData.Other, ("scope", "openid offline_access"), ("prompt", "consent")));
        var (_, without) = await machine.RedeemCodeAsync(client, await browser.CodeAsync(client, ("scope", "openid offline_access"), ("redirect_uri", "https://c.test/cb")), redirectUri: "https://c.test/cb");

        Assert.True(with.TryGetProperty("refresh_token", out _));
        Assert.False(without.TryGetProperty("refresh_token", out _));
        Assert.Equal("openid", without.GetProperty("scope").GetString());
    }

    [Theory]
    [InlineData("request", "eyJhbGciOiJub25lIn0.eyJzY29wZSI6Im9wZW5pZCBhZG1pbiJ9.", Errors.RequestNotSupported)]
    [InlineData("request_uri", "https://c.test/request.jwt", Errors.RequestUriNotSupported)]
    [InlineData("registration", "{}", Errors.RegistrationNotSupported)]
    public async Task B18_Request_objects_are_refused_never_ignored(string name, string value, string error)
    {
        using var browser = Server.Browser();

        CodeFlow.AssertRefused(await browser.GetAsync(CodeFlow.Url(TestData.Web, (name, value))), error);
    }

    [Fact]
    public async Task B4_When_the_database_fails_the_client_is_told_by_redirect()
    {
        using var browser = Server.Browser();
        await browser.CodeAsync(TestData.Web);
        using var impatient = Server.ImpatientBrowser();
        impatient.Cookies.Add(browser.Cookies.GetAllCookies());
        await ExecuteAsync("ALTER TABLE sessions RENAME TO sessions_away");
        HttpResponseMessage response;
        try
        {
            response = await impatient.GetAsync(CodeFlow.Url(TestData.Web));
        }
        finally
        {
            await ExecuteAsync("ALTER TABLE sessions_away RENAME TO sessions");
        }

        CodeFlow.AssertRefused(response, Errors.TemporarilyUnavailable);
        Assert.True(CodeFlow.Answer(await browser.GetAsync(CodeFlow.Url(TestData.Web))).ContainsKey("code"));
    }

    [Fact]
    public async Task A_client_that_must_push_its_requests_cannot_go_around()
    {
        using var browser = Server.Browser();
        var client = await AddClientAsync(new ClientMetadata { RedirectUris = ["https://c.test/cb"], Scope = "openid", RequirePushedAuthorizationRequests = true });

        CodeFlow.AssertRefused(await browser.GetAsync(CodeFlow.Url(client, ("redirect_uri", "https://c.test/cb"))), Errors.InvalidRequest);
    }

    [Fact]
    public async Task A_permission_covered_by_a_scope_of_the_client_is_a_scope_too()
    {
        using var browser = Server.Browser();
        using var machine = Server.Machine();

        var (_, body) = await machine.RedeemCodeAsync(TestData.Native, await browser.CodeAsync(TestData.Native, ("scope", "openid read:detectors")));

        Assert.Equal("openid read:detectors", body.GetProperty("scope").GetString());
    }
}

/// <summary>On SQLite.</summary>
public sealed class AuthorizationTestsOnSqlite(SqliteServer server) : AuthorizationTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class AuthorizationTestsOnPostgreSql(PostgreSqlServer server) : AuthorizationTests(server), IClassFixture<PostgreSqlServer>;
