using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Every answer says who answers, and gives state back untouched (cases MX-01 and MX-02).</summary>
public abstract class MixUpAttacks(TestServer server) : ServerSuite(server)
{
    /// <summary>States that lose something where somebody decodes twice, normalises or trims.</summary>
    public static TheoryData<string> States => new()
    {
        "a b+c", "100%", "%41%2B", "a&b=c&iss=https://evil.test", "\"quotes\" and 'others'", "<b>&amp;</b>", "Grüße, 世界 🦉", "e\u0301 é", " leading and trailing ", "a;b#c?d", new string('x', 4096),
        string.Concat(Enumerable.Repeat("é", 2000)),
    };

    [Theory]
    [InlineData("query", null)]
    [InlineData("query", "none")]
    [InlineData("form_post", null)]
    [InlineData("form_post", "none")]
    public async Task MX_01_Success_and_error_carry_the_issuer_of_discovery_in_every_mode(string mode, string? prompt)
    {
        using var browser = Server.Browser();
        using var machine = Server.Machine();
        var issuer = JsonDocument.Parse(await machine.GetStringAsync(Paths.Configuration)).RootElement.GetProperty("issuer").GetString();

        var response = await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web, ("response_mode", mode), ("prompt", prompt)));
        var answer = mode == "query" ? CodeFlow.Answer(response) : await FieldsAsync(response);

        Assert.Equal(issuer, answer["iss"]);
        Assert.Equal(CodeFlow.State, answer["state"]);
        Assert.Equal(prompt is null, answer.ContainsKey("code"));
        Assert.Equal(prompt is null ? null : Errors.LoginRequired, answer.GetValueOrDefault("error"));
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task MX_02_State_comes_back_byte_for_byte_by_redirect(string state)
    {
        using var browser = Server.Browser();
        await browser.CodeAsync(TestData.Web);

        var posted = await browser.PostAsync(Paths.Authorize, [.. CodeFlow.Request(TestData.Web, ("state", state)).Select(one => (one.Key, one.Value))]);
        var answer = CodeFlow.Answer(await browser.FollowAsync(posted));

        Assert.Equal(state, answer["state"]);
        Assert.Equal(TestServer.Issuer, answer["iss"]);
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task MX_02_State_comes_back_byte_for_byte_by_form(string state)
    {
        using var browser = Server.Browser();
        await browser.CodeAsync(TestData.Web);

        var posted = await browser.PostAsync(Paths.Authorize, [.. CodeFlow.Request(TestData.Web, ("state", state), ("response_mode", "form_post")).Select(one => (one.Key, one.Value))]);
        var fields = await FieldsAsync(await browser.FollowAsync(posted));

        Assert.Equal(state, fields["state"]);
    }

    [Fact]
    public async Task MX_02_A_state_of_4_KB_fits_a_GET()
    {
        using var browser = Server.Browser();

        var answer = CodeFlow.Answer(await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web, ("state", new string('%', 4096)))));

        Assert.Equal(new string('%', 4096), answer["state"]);
    }

    [Fact]
    public async Task No_state_sent_none_returned()
    {
        using var browser = Server.Browser();

        Assert.False(CodeFlow.Answer(await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web, ("state", null)))).ContainsKey("state"));
    }

    [Fact]
    public async Task The_form_goes_to_the_redirect_uri_works_without_script_and_runs_none_inline()
    {
        using var browser = Server.Browser();

        var response = await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web, ("response_mode", "form_post")));
        var html = await response.Content.ReadAsStringAsync();
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        using var script = await browser.GetAsync(Paths.FormPostScript);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("<form method=\"post\" action=\"https://c.test/cb\">", html, StringComparison.Ordinal);
        Assert.Contains("<button id=\"continue\" type=\"submit\">", html, StringComparison.Ordinal);
        Assert.DoesNotMatch("<script(?! src=\")|\\son\\w+=|javascript:", html);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal("text/javascript", script.Content.Headers.ContentType?.MediaType);
    }

    private static async Task<Dictionary<string, string>> FieldsAsync(HttpResponseMessage response)
    {
        var html = await response.Content.ReadAsStringAsync();
        return Regex.Matches(html, "<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">")
            .ToDictionary(match => match.Groups[1].Value, match => WebUtility.HtmlDecode(match.Groups[2].Value));
    }
}

/// <summary>On SQLite.</summary>
public sealed class MixUpAttacksOnSqlite(SqliteServer server) : MixUpAttacks(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class MixUpAttacksOnPostgreSql(PostgreSqlServer server) : MixUpAttacks(server), IClassFixture<PostgreSqlServer>;
