using System.Net;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Redirect URIs that are nearly the registered one (cases RU-02 to RU-10, RU-15 to RU-18). RU-11 and RU-13, about registration, stand with RedirectUrisTests.</summary>
public abstract class RedirectUriAttacks(TestServer server) : ServerSuite(server)
{
    /// <summary>Near misses of https://c.test/cb.</summary>
    public static TheoryData<string, string> NearMisses => new()
    {
        { "RU-02", "HTTPS://c.test/cb" }, { "RU-02", "https://C.TEST/cb" }, { "RU-02", "https://c.test/CB" },
        { "RU-03", "https://c.test:443/cb" }, { "RU-03", "https://c.test:8443/cb" }, { "RU-03", "http://c.test/cb" },
        { "RU-04", "https://c.test.evil.test/cb" }, { "RU-04", "https://evilc.test/cb" }, { "RU-04", "https://cXtest/cb" }, { "RU-04", "https://c.test/cb/" },
        { "RU-04", "https://c.test/cb/evil" }, { "RU-04", "https://c.test/cbevil" }, { "RU-04", "https://c.test/" }, { "RU-04", "https://c.test/*" },
        { "RU-05", "https://c.test@evil.test/cb" }, { "RU-05", "https://c.test:x@evil.test/cb" }, { "RU-05", "https://evil.test/?https://c.test/cb" }, { "RU-05", "https://evil.test#https://c.test/cb" },
        { "RU-06", "https://c.test\\@evil.test/cb" }, { "RU-06", "https://c.test%5c@evil.test/cb" }, { "RU-06", "https://c.test/cb\t" }, { "RU-06", "https://c.test/cb\r\nx: y" },
        { "RU-06", " https://c.test/cb" }, { "RU-06", "https://c.test/cb\0" },
        { "RU-07", "https://c.test/cb/../x" }, { "RU-07", "https://c.test/cb/..;/x" }, { "RU-07", "https://c.test/cb/%2e%2e/x" }, { "RU-07", "https://c.test/cb%252f..%252fx" },
        { "RU-07", "https://c.test/cb;p=1" }, { "RU-07", "https://c.test/x/../cb" }, { "RU-07", "https://c.test//cb" },
        { "RU-08", "https://c.test/%63b" }, { "RU-08", "https://с.test/cb" }, { "RU-08", "https://xn--q1a.test/cb" }, { "RU-08", "https://c。test/cb" }, { "RU-08", "https://c.test/cb\u200B" },
        { "RU-01", "https://c.test/cb?x=1" }, { "RU-01", "https://c.test/cb#" }, { "RU-01", "https://c.test/cb#x" }, { "RU-01", "https://c.test/cb?" }, { "RU-01", "https://d.test/cb" },
        { "RU-11", "javascript:alert(1)" }, { "RU-11", "data:text/html,x" }, { "RU-11", "//c.test/cb" }, { "RU-11", "/cb" }, { "RU-11", "cb" },
    };

    [Theory]
    [MemberData(nameof(NearMisses))]
    public async Task A_near_miss_of_the_redirect_uri_gets_a_page(string id, string uri)
    {
        using var browser = Server.Browser();

        var response = await browser.GetAsync(CodeFlow.Url(TestData.Web, ("redirect_uri", uri)));

        Assert.StartsWith("RU-", id, StringComparison.Ordinal);
        await CodeFlow.AssertPageAsync(response, "evil.test", "alert(1)", CodeFlow.State);
    }

    [Theory]
    [MemberData(nameof(NearMisses))]
    public async Task RU_17_A_near_miss_of_the_logout_uri_ends_at_the_signed_out_page(string id, string uri)
    {
        using var browser = Server.Browser();
        var client = await AddLogoutClientAsync();

        var response = await browser.GetAsync($"{Paths.Logout}?client_id={client}&post_logout_redirect_uri={Uri.EscapeDataString(uri)}&state=s");

        Assert.StartsWith("RU-", id, StringComparison.Ordinal);
        if (uri.Contains('\0', StringComparison.Ordinal)) await CodeFlow.AssertPageAsync(response);
        else Assert.Equal(Paths.SignedOutPage, response.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task RU_09_A_native_client_comes_back_to_any_port_of_its_loopback_literal()
    {
        using var browser = Server.Browser();

        var response = await browser.AuthorizeAsync(CodeFlow.Url(TestData.Native, ("redirect_uri", "http://127.0.0.1:51004/cb")));

        Assert.StartsWith("http://127.0.0.1:51004/cb?code=", response.Headers.Location?.OriginalString, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:51004/cb?x=1")]
    [InlineData("http://127.0.0.1:51004/other")]
    [InlineData("http://127.0.0.2:51004/cb")]
    [InlineData("http://[::ffff:127.0.0.1]:51004/cb")]
    [InlineData("http://2130706433:51004/cb")]
    [InlineData("http://127.1:51004/cb")]
    [InlineData("https://127.0.0.1:51004/cb")]
    [InlineData("http://localhost:51004/cb")]
    [InlineData("http://127.0.0.1:51004@evil.test/cb")]
    [InlineData("http://127.0.0.1:5100a/cb")]
    [InlineData("http://127.0.0.1:99999/cb")]
    public async Task RU_09_Nothing_else_of_a_loopback_address_may_differ(string uri)
    {
        using var browser = Server.Browser();

        await CodeFlow.AssertPageAsync(await browser.GetAsync(CodeFlow.Url(TestData.Native, ("redirect_uri", uri))), "evil.test");
    }

    [Fact]
    public async Task RU_10_Another_port_of_localhost_is_for_clients_with_the_opt_in()
    {
        using var browser = Server.Browser();
        var metadata = new ClientMetadata { RedirectUris = ["http://localhost/cb"], Scope = "openid", TokenEndpointAuthMethod = "none" };
        var strict = await AddClientAsync(metadata);
        var opted = await AddClientAsync(metadata with { AllowLocalhostRedirect = true });

        await CodeFlow.AssertPageAsync(await browser.GetAsync(CodeFlow.Url(strict, ("redirect_uri", "http://localhost:9/cb"))));
        var accepted = await browser.GetAsync(CodeFlow.Url(opted, ("redirect_uri", "http://localhost:9/cb")));
        Assert.StartsWith(Paths.SignInPage, accepted.Headers.Location?.OriginalString, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("WEB")]
    [InlineData("web ")]
    [InlineData("web\u0000")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("web' OR '1'='1")]
    public async Task RU_15_A_client_that_does_not_exist_gets_a_page_and_its_redirect_uri_is_never_shown(string clientId)
    {
        using var browser = Server.Browser();

        var response = await browser.GetAsync(CodeFlow.Url(TestData.Web, ("client_id", clientId)));

        await CodeFlow.AssertPageAsync(response, "c.test", "<script>alert", "nobody");
    }

    [Fact]
    public async Task RU_15_A_disabled_client_gets_a_page()
    {
        using var browser = Server.Browser();
        var client = await AddClientAsync(new ClientMetadata { RedirectUris = ["https://c.test/cb"], Scope = "openid" }, one => one.IsEnabled = false);

        await CodeFlow.AssertPageAsync(await browser.GetAsync(CodeFlow.Url(client, ("redirect_uri", "https://c.test/cb"))), "c.test");
    }

    [Theory]
    [InlineData("prompt", "none")]
    [InlineData("scope", "no such scope")]
    [InlineData("response_type", "token")]
    [InlineData("request", "eyJhbGciOiJub25lIn0.e30.")]
    [InlineData("response_mode", "form_post")]
    public async Task RU_16_A_second_error_does_not_open_the_way_to_a_bad_redirect_uri(string name, string value)
    {
        using var browser = Server.Browser();

        var response = await browser.GetAsync(CodeFlow.Url(TestData.Web, ("redirect_uri", "https://evil.test/cb"), ("prompt", "none"), (name, value)));

        await CodeFlow.AssertPageAsync(response, "evil.test");
    }

    [Theory]
    [InlineData("scope", "no-such-scope")]
    [InlineData("prompt", "none")]
    [InlineData("response_type", "token")]
    public async Task RU_18_A_client_that_registered_itself_cannot_have_people_redirected_by_an_error(string name, string value)
    {
        using var browser = Server.Browser();
        var client = await AddClientAsync(
            new ClientMetadata { RedirectUris = ["https://c.test/cb"], Scope = "openid", Consent = "implicit" }, SelfRegistered);

        var response = await browser.GetAsync(CodeFlow.Url(client, ("redirect_uri", "https://c.test/cb"), (name, value)));

        await CodeFlow.AssertPageAsync(response);
    }

    [Fact]
    public async Task B3_Without_a_redirect_uri_none_of_several_is_picked()
    {
        using var browser = Server.Browser();

        var response = await browser.GetAsync(CodeFlow.Url(TestData.Other, ("redirect_uri", null), ("scope", "pynomaly_api")));

        await CodeFlow.AssertPageAsync(response, "d.test");
    }

    [Fact]
    public async Task B3_OpenID_requests_name_their_redirect_uri_even_when_there_is_only_one()
    {
        using var browser = Server.Browser();

        await CodeFlow.AssertPageAsync(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("redirect_uri", null))), "c.test");
    }

    [Fact]
    public async Task B3_A_query_of_the_redirect_uri_is_part_of_it_and_stays()
    {
        using var browser = Server.Browser();

        var response = await browser.AuthorizeAsync(CodeFlow.Url(TestData.Other, ("redirect_uri", "https://d.test/cb?x=1")));

        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.StartsWith("https://d.test/cb?x=1&code=", response.Headers.Location?.OriginalString, StringComparison.Ordinal);
    }

    private Task<string> AddLogoutClientAsync() =>
        AddClientAsync(new ClientMetadata { RedirectUris = ["https://c.test/cb"], PostLogoutRedirectUris = ["https://c.test/cb"], Scope = "openid" });

    // IsSelfRegistered is fixed when a client is made; the registration endpoint sets it.
    private static void SelfRegistered(Application client) => typeof(Application).GetProperty(nameof(Application.IsSelfRegistered))!.SetValue(client, true);
}

/// <summary>On SQLite.</summary>
public sealed class RedirectUriAttacksOnSqlite(SqliteServer server) : RedirectUriAttacks(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class RedirectUriAttacksOnPostgreSql(PostgreSqlServer server) : RedirectUriAttacks(server), IClassFixture<PostgreSqlServer>;
