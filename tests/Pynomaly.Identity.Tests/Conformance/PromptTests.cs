using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Conformance;

/// <summary>When the person is asked again, and when not: prompt, max_age, id_token_hint (B6 to B8). prompt=none stands with the consent attacks (CS-08).</summary>
public abstract class PromptTests(TestServer server) : ServerSuite(server)
{
    [Fact]
    public async Task B6_prompt_login_asks_again_and_renews_auth_time_in_the_same_session()
    {
        using var browser = Server.Browser();
        var before = await Server.IdTokenAsync(browser);
        Server.Clock.Move(TimeSpan.FromSeconds(90));

        var page = await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("prompt", "login"))));
        var code = CodeFlow.Answer(await browser.FollowAsync(await browser.FillInAsync(page)))["code"];
        var after = await Server.IdTokenOfAsync(code);

        Assert.Equal("sign-in", await CodeFlow.PageOfAsync(page));
        Assert.Equal(before.GetProperty("auth_time").GetInt64() + 90, after.GetProperty("auth_time").GetInt64());
        Assert.Equal(before.GetProperty("sid").GetString(), after.GetProperty("sid").GetString());
        Assert.Equal(before.GetProperty("sub").GetString(), after.GetProperty("sub").GetString());
    }

    [Fact]
    public async Task B6_prompt_consent_asks_even_the_operators_own_client()
    {
        using var browser = Server.Browser();
        await browser.CodeAsync(TestData.Web);

        var page = await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("prompt", "consent"))));

        Assert.Equal("consent", await CodeFlow.PageOfAsync(page));
        Assert.True(CodeFlow.Answer(await browser.FollowAsync(await browser.SubmitAsync(page, "consent-allow"))).ContainsKey("code"));
    }

    [Fact]
    public async Task B6_prompt_select_account_lets_the_person_choose_once()
    {
        using var browser = Server.Browser();
        await browser.CodeAsync(TestData.Web);

        var page = await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("prompt", "select_account"))));
        var html = await page.Content.ReadAsStringAsync();
        var next = await browser.FollowAsync(await browser.SubmitAsync(page));

        Assert.StartsWith(Paths.SelectAccountPage, page.RequestMessage!.RequestUri!.PathAndQuery, StringComparison.Ordinal);
        Assert.Contains("ada", html, StringComparison.Ordinal);
        Assert.True(CodeFlow.Answer(next).ContainsKey("code"));
    }

    [Fact]
    public async Task B7_max_age_asks_again_when_the_sign_in_is_older_and_not_before()
    {
        using var browser = Server.Browser();
        var first = await Server.IdTokenAsync(browser);
        Server.Clock.Move(TimeSpan.FromSeconds(100));

        var within = await Server.IdTokenAsync(browser, ("max_age", "100"), ("prompt", "none"));
        Server.Clock.Move(TimeSpan.FromSeconds(1));
        var late = await browser.GetAsync(CodeFlow.Url(TestData.Web, ("max_age", "100")));
        var lateAndSilent = await browser.GetAsync(CodeFlow.Url(TestData.Web, ("max_age", "100"), ("prompt", "none")));
        var renewed = await Server.IdTokenAsync(browser, ("max_age", "100"));

        Assert.Equal(first.GetProperty("auth_time").GetInt64(), within.GetProperty("auth_time").GetInt64());
        Assert.StartsWith(Paths.SignInPage, late.Headers.Location?.OriginalString, StringComparison.Ordinal);
        CodeFlow.AssertRefused(lateAndSilent, Errors.LoginRequired);
        Assert.Equal(first.GetProperty("auth_time").GetInt64() + 101, renewed.GetProperty("auth_time").GetInt64());
    }

    [Fact]
    public async Task B7_max_age_0_always_asks_and_can_be_met()
    {
        using var browser = Server.Browser();
        await browser.CodeAsync(TestData.Web);

        var asked = await browser.GetAsync(CodeFlow.Url(TestData.Web, ("max_age", "0")));
        var answer = CodeFlow.Answer(await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web, ("max_age", "0"))));

        Assert.StartsWith(Paths.SignInPage, asked.Headers.Location?.OriginalString, StringComparison.Ordinal);
        Assert.True(answer.ContainsKey("code"));
    }

    [Fact]
    public async Task B8_A_hint_of_any_age_for_the_person_who_is_signed_in_succeeds_silently()
    {
        using var browser = Server.Browser();
        using var machine = Server.Machine();
        var (_, tokens) = await machine.RedeemCodeAsync(TestData.Web, await browser.CodeAsync(TestData.Web));
        Server.Clock.Move(TimeSpan.FromHours(2));

        var answer = CodeFlow.Answer(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("prompt", "none"), ("id_token_hint", tokens.GetProperty("id_token").GetString()))));

        Assert.True(answer.ContainsKey("code"));
    }

    [Fact]
    public async Task B8_When_another_person_signs_in_than_the_one_hinted_at_the_client_is_told()
    {
        using var browser = Server.Browser();
        using var other = Server.Browser();
        using var machine = Server.Machine();
        var (_, tokens) = await machine.RedeemCodeAsync(TestData.Web, await browser.CodeAsync(TestData.Web));
        var page = await other.FollowAsync(await other.GetAsync(CodeFlow.Url(TestData.Web, ("id_token_hint", tokens.GetProperty("id_token").GetString()))));

        var response = await other.FollowAsync(await other.FillInAsync(page, "bob"));

        CodeFlow.AssertRefused(response, Errors.LoginRequired);
    }
}

/// <summary>On SQLite.</summary>
public sealed class PromptTestsOnSqlite(SqliteServer server) : PromptTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class PromptTestsOnPostgreSql(PostgreSqlServer server) : PromptTests(server), IClassFixture<PostgreSqlServer>;
