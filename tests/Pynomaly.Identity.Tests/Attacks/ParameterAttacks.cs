using System.Net;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Parameters of the authorization request: twice, in two places, empty, absurd (cases PP-01 to PP-11 as far as they concern it).</summary>
public abstract class ParameterAttacks(TestServer server) : ServerSuite(server)
{
    [Theory]
    [InlineData("&client_id=web")]
    [InlineData("&client_id=other")]
    [InlineData("&redirect_uri=https://evil.test/cb")]
    [InlineData("&redirect_uri=https://c.test/cb")]
    [InlineData("&scope=openid&redirect_uri=https://evil.test/cb")]
    public async Task PP_01_A_second_client_id_or_redirect_uri_gets_a_page(string more)
    {
        using var browser = Server.Browser();

        await CodeFlow.AssertPageAsync(await browser.GetAsync(CodeFlow.Url(TestData.Web) + more), "evil.test");
    }

    [Theory]
    [InlineData("&scope=openid")]
    [InlineData("&nonce=other")]
    [InlineData("&code_challenge=x")]
    [InlineData("&response_type=code")]
    [InlineData("&response_mode=query&response_mode=query")]
    [InlineData("&unknown=1&unknown=2")]
    public async Task PP_02_Any_other_parameter_sent_twice_is_refused(string more)
    {
        using var browser = Server.Browser();

        CodeFlow.AssertRefused(await browser.GetAsync(CodeFlow.Url(TestData.Web) + more), Errors.InvalidRequest);
    }

    [Fact]
    public async Task PP_02_Of_two_states_none_is_returned()
    {
        using var browser = Server.Browser();

        CodeFlow.AssertRefused(await browser.GetAsync(CodeFlow.Url(TestData.Web) + "&state=other"), Errors.InvalidRequest, state: null);
    }

    [Theory]
    [InlineData("?client_id=other")]
    [InlineData("?scope=openid")]
    [InlineData("?x=1")]
    public async Task PP_05_A_form_with_a_query_beside_it_gets_a_page(string query)
    {
        using var browser = Server.Browser();

        var response = await browser.PostAsync(Paths.Authorize + query, [.. CodeFlow.Request(TestData.Web).Select(one => (one.Key, one.Value))]);

        await CodeFlow.AssertPageAsync(response);
    }

    [Theory]
    [InlineData("fragment")]
    [InlineData("jwt")]
    [InlineData("Query")]
    [InlineData("web_message")]
    [InlineData("okta_post_message")]
    public async Task PP_07_A_response_mode_that_is_not_served_is_refused_in_the_default_mode(string mode)
    {
        using var browser = Server.Browser();

        CodeFlow.AssertRefused(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("response_mode", mode))), Errors.InvalidRequest);
    }

    [Fact]
    public async Task PP_08_Hundreds_of_scopes_are_refused()
    {
        using var browser = Server.Browser();
        var scope = "openid " + string.Join(' ', Enumerable.Range(0, 500).Select(number => $"s{number}"));

        CodeFlow.AssertRefused(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("scope", scope))), Errors.InvalidScope);
    }

    [Theory]
    [InlineData("openid billing")]
    [InlineData("openid profile")]
    [InlineData("openid admin")]
    [InlineData("openid \u00e9")]
    [InlineData("openid \"quoted\"")]
    [InlineData("openid write:detectors write:nothing")]
    [InlineData("openid read:*")]
    public async Task PP_08_Scopes_that_do_not_exist_or_are_not_the_clients_are_refused(string scope)
    {
        using var browser = Server.Browser();

        CodeFlow.AssertRefused(await browser.GetAsync(CodeFlow.Url(TestData.Native, ("scope", scope))), Errors.InvalidScope, CodeFlow.RedirectUri(TestData.Native));
    }

    [Fact]
    public async Task PP_08_A_permission_is_a_scope_only_where_a_scope_of_the_client_covers_it()
    {
        using var browser = Server.Browser();
        var client = await AddClientAsync(new() { RedirectUris = ["https://c.test/cb"], Scope = "openid billing", Consent = "implicit" });
        string Url(string scope) => CodeFlow.Url(client, ("redirect_uri", "https://c.test/cb"), ("scope", scope));

        CodeFlow.AssertRefused(await browser.GetAsync(Url("openid write:results")), Errors.InvalidScope);
        Assert.StartsWith(Paths.SignInPage, (await browser.GetAsync(Url("openid read:results"))).Headers.Location?.OriginalString, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("max_age", "-1")]
    [InlineData("max_age", "x")]
    [InlineData("max_age", "9223372036854775808")]
    [InlineData("max_age", "1.5")]
    [InlineData("max_age", " 1")]
    [InlineData("prompt", "none login")]
    [InlineData("prompt", "none none")]
    [InlineData("prompt", "create")]
    [InlineData("claims", "{")]
    [InlineData("claims", "[]")]
    [InlineData("claims", "{\"userinfo\":[]}")]
    [InlineData("claims", "{\"userinfo\":{\"name\":{\"essential\":\"yes\"}}}")]
    [InlineData("id_token_hint", "x")]
    [InlineData("id_token_hint", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.")]
    public async Task PP_09_Senseless_values_are_refused(string name, string value)
    {
        using var browser = Server.Browser();

        CodeFlow.AssertRefused(await browser.GetAsync(CodeFlow.Url(TestData.Web, (name, value))), Errors.InvalidRequest);
    }

    [Theory]
    [InlineData("max_age", "9223372036854775807")]
    [InlineData("display", "hologram")]
    [InlineData("claims", "{\"userinfo\":{\"no_such_claim\":null},\"x\":1}")]
    [InlineData("acr_values", "urn:none")]
    public async Task PP_09_What_the_specification_tolerates_is_tolerated(string name, string value)
    {
        using var browser = Server.Browser();

        var answer = CodeFlow.Answer(await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web, (name, value))));

        Assert.True(answer.ContainsKey("code"));
    }

    [Fact]
    public async Task PP_09_Eight_kilobytes_of_ui_locales_are_ignored()
    {
        using var browser = Server.Browser();
        var locales = string.Join(' ', Enumerable.Repeat("de-DE", 1400));

        var posted = await browser.PostAsync(Paths.Authorize, [.. CodeFlow.Request(TestData.Web, ("ui_locales", locales)).Select(one => (one.Key, one.Value))]);
        var page = await browser.FollowAsync(posted);

        Assert.Equal("sign-in", await CodeFlow.PageOfAsync(page));
    }

    [Fact]
    public async Task PP_10_An_empty_value_counts_as_absent()
    {
        using var browser = Server.Browser();

        var answer = CodeFlow.Answer(await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web, ("state", ""), ("prompt", ""), ("max_age", ""), ("request", ""))));

        Assert.True(answer.ContainsKey("code"));
        Assert.False(answer.ContainsKey("state"));
    }

    [Theory]
    [InlineData("scope[]", "admin")]
    [InlineData("client_id.x", "1")]
    [InlineData("Prompt", "none")]
    [InlineData("unknown", "1")]
    public async Task PP_10_Unknown_names_are_ignored(string name, string value)
    {
        using var browser = Server.Browser();

        Assert.True(CodeFlow.Answer(await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web, (name, value)))).ContainsKey("code"));
    }

    [Fact]
    public async Task PP_11_A_claims_parameter_with_a_name_twice_is_refused()
    {
        using var browser = Server.Browser();

        CodeFlow.AssertRefused(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("claims", "{\"userinfo\":{\"name\":null},\"userinfo\":{\"email\":null}}"))), Errors.InvalidRequest);
    }

    [Theory]
    [InlineData("https://evil.test")]
    [InlineData("https://api.test#part")]
    [InlineData("api.test")]
    [InlineData("https://billing.test")]
    public async Task A_resource_that_the_scopes_do_not_lead_to_is_refused(string resource)
    {
        using var browser = Server.Browser();

        CodeFlow.AssertRefused(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("scope", "openid pynomaly_api"), ("resource", resource))), Errors.InvalidTarget);
    }

    [Fact]
    public async Task HP_05_No_origin_may_read_the_authorization_endpoint()
    {
        using var browser = Server.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Get, CodeFlow.Url(TestData.Web));
        request.Headers.Add("Origin", "https://c.test");

        using var response = await browser.SendAsync(request);

        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task CO_12_and_HP_06_Every_step_answers_303_unkept_and_without_referrer()
    {
        using var browser = Server.Browser();
        List<HttpResponseMessage> steps = [await browser.GetAsync(CodeFlow.Url(TestData.Web))];
        steps.Add(await browser.GetAsync(steps[^1].Headers.Location!.OriginalString));
        var page = steps[^1];
        steps.Add(await browser.FillInAsync(page));
        steps.Add(await browser.GetAsync(steps[^1].Headers.Location!.OriginalString));

        Assert.Equal([HttpStatusCode.SeeOther, HttpStatusCode.OK, HttpStatusCode.SeeOther, HttpStatusCode.SeeOther], steps.Select(step => step.StatusCode));
        Assert.All(steps, step => Assert.True(step.Headers.CacheControl?.NoStore));
        Assert.All(steps, step => Assert.Equal("no-referrer", step.Headers.GetValues("Referrer-Policy").Single()));
        Assert.StartsWith("https://c.test/cb?code=", steps[^1].Headers.Location!.OriginalString, StringComparison.Ordinal);
    }
}

/// <summary>On SQLite.</summary>
public sealed class ParameterAttacksOnSqlite(SqliteServer server) : ParameterAttacks(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class ParameterAttacksOnPostgreSql(PostgreSqlServer server) : ParameterAttacks(server), IClassFixture<PostgreSqlServer>;
