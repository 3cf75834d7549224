using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Authorization;

/// <summary>acr and amr tell the truth for every way to sign in, and requests that want more get it or are refused.</summary>
public abstract class LevelTests(TestServer server) : ServerSuite(server)
{
    private const string EssentialFactor = """{"id_token":{"acr":{"essential":true,"values":["mfa"]}}}""";

    [Fact]
    public async Task A_password_alone_is_pwd()
    {
        var person = await TestPerson.AddAsync(Server);
        using var browser = Server.Browser();

        var token = await SignInAsync(browser, person);

        AssertLevel(token, "pwd", "pwd");
    }

    [Fact]
    public async Task A_password_and_a_code_of_an_app_are_mfa_in_every_token_and_after_a_refresh()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        using var browser = Server.Browser();
        using var machine = Server.Machine();

        var answer = CodeFlow.Answer(await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web, ("scope", "openid offline_access pynomaly_api")), person.Name));
        var (_, tokens) = await machine.RedeemCodeAsync(TestData.Web, answer["code"]);
        var (_, refreshed) = await machine.AskAsync(TestData.Web, ("grant_type", "refresh_token"), ("refresh_token", tokens.GetProperty("refresh_token").GetString()));

        foreach (var answered in new[] { tokens, refreshed })
        {
            AssertLevel(OAuth.Claims(answered.GetProperty("id_token").GetString()!), "mfa", "pwd", "otp", "mfa");
            Assert.Equal("mfa", OAuth.Claims(answered.GetProperty("access_token").GetString()!).GetProperty("acr").GetString());
        }
    }

    [Fact]
    public async Task A_password_and_a_backup_code_are_mfa()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        var codes = await Server.Services.GetRequiredService<BackupCodes>().MakeAsync(new DefaultHttpContext(), person.Id, CancellationToken.None);
        using var browser = Server.Browser();

        var page = await browser.PendingAsync(person.Name, CodeFlow.Url(TestData.Web));
        var token = await Server.IdTokenOfAsync(CodeFlow.Answer(await browser.FollowAsync(await browser.SubmitAsync(page, "verify", ("code", codes[3].ToUpperInvariant()))))["code"]);

        AssertLevel(token, "mfa", "pwd", "otp", "mfa");
    }

    [Fact]
    public async Task A_trusted_browser_spares_the_code_but_not_the_truth()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        using var browser = Server.Browser();
        await person.TrustAsync(browser);

        var token = await SignInAsync(browser, person);

        AssertLevel(token, "pwd", "pwd");
    }

    [Fact]
    public async Task A_trusted_browser_is_asked_again_when_the_trust_has_run_out_or_was_taken_away()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        using var browser = Server.Browser();
        await person.TrustAsync(browser);

        await Server.Services.GetRequiredService<Devices>().DistrustAsync(person.Id, null, CancellationToken.None);
        var distrusted = await browser.PendingAsync(person.Name);
        await person.TrustAsync(browser);
        Server.Clock.Move(TimeSpan.FromDays(30));
        var later = await browser.PendingAsync(person.Name);

        Assert.Equal("second-factor", await CodeFlow.PageOfAsync(distrusted));
        Assert.Equal("second-factor", await CodeFlow.PageOfAsync(later));
    }

    [Fact]
    public async Task Trust_is_one_browsers_and_one_persons()
    {
        var (person, other) = (await TestPerson.AddAsync(Server, withApp: true), await TestPerson.AddAsync(Server, withApp: true));
        using var browser = Server.Browser();
        using var elsewhere = Server.Browser();
        await person.TrustAsync(browser);

        Assert.Equal("second-factor", await CodeFlow.PageOfAsync(await browser.PendingAsync(other.Name)));
        Assert.Equal("second-factor", await CodeFlow.PageOfAsync(await elsewhere.PendingAsync(person.Name)));
    }

    [Fact]
    public async Task Without_a_factor_given_nothing_is_trusted()
    {
        var person = await TestPerson.AddAsync(Server);
        using var browser = Server.Browser();

        await browser.PendingAsync(person.Name);

        Assert.Null(await Server.ScalarAsync("SELECT trusted_until FROM devices WHERE user_id = $1", person.Id));
    }

    [Theory]
    [InlineData("acr_values", "mfa")]
    [InlineData("claims", EssentialFactor)]
    [InlineData("claims", """{"id_token":{"acr":{"values":["mfa"]}}}""")]
    public async Task A_request_for_two_factors_steps_the_session_up_without_the_password_and_leaves_auth_time(string name, string value)
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        using var browser = Server.Browser();
        await person.TrustAsync(browser);
        var before = await SignInAsync(browser, person);
        Server.Clock.Move(TimeSpan.FromMinutes(20));

        var page = await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(TestData.Web, (name, value))));
        var answer = await browser.FollowAsync(await browser.SubmitAsync(page, "verify", ("code", Server.Apps.Code(person.Name))));
        var after = await Server.IdTokenOfAsync(CodeFlow.Answer(answer)["code"]);

        Assert.Equal("second-factor", await CodeFlow.PageOfAsync(page));
        AssertLevel(after, "mfa", "pwd", "otp", "mfa");
        Assert.Equal(before.GetProperty("auth_time").GetInt64(), after.GetProperty("auth_time").GetInt64());
        Assert.Equal(before.GetProperty("sid").GetString(), after.GetProperty("sid").GetString());
    }

    [Fact]
    public async Task A_step_up_renews_the_cookie()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        using var browser = Server.Browser();
        await person.TrustAsync(browser);
        await SignInAsync(browser, person);
        var before = Cookie(browser);

        var page = await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("acr_values", "mfa"))));
        await browser.SubmitAsync(page, "verify", ("code", Server.Apps.Code(person.Name)));

        Assert.NotEqual(before, Cookie(browser));
    }

    [Fact]
    public async Task A_wish_that_the_person_cannot_fulfil_changes_nothing()
    {
        var person = await TestPerson.AddAsync(Server);
        using var browser = Server.Browser();

        AssertLevel(await SignInAsync(browser, person, ("acr_values", "mfa")), "pwd", "pwd");
        AssertLevel(await SignInAsync(browser, person, ("acr_values", "phr mfa")), "pwd", "pwd");
    }

    [Fact]
    public async Task An_essential_level_that_the_person_cannot_reach_is_refused()
    {
        var person = await TestPerson.AddAsync(Server);
        using var browser = Server.Browser();

        CodeFlow.AssertRefused(await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web, ("claims", EssentialFactor)), person.Name), "unmet_authentication_requirements");
        CodeFlow.AssertRefused(await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web, ("claims", EssentialFactor.Replace("mfa", "urn:else", StringComparison.Ordinal))), person.Name),
            "unmet_authentication_requirements");
    }

    [Fact]
    public async Task An_essential_weaker_level_is_met_and_named()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        using var browser = Server.Browser();

        var token = await SignInAsync(browser, person, ("claims", """{"id_token":{"acr":{"essential":true,"values":["pwd"]}}}"""));

        AssertLevel(token, "pwd", "pwd", "otp", "mfa");
    }

    [Fact]
    public async Task Without_pages_a_step_up_is_refused_and_a_wish_is_left()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        using var browser = Server.Browser();
        await person.TrustAsync(browser);
        await SignInAsync(browser, person);

        CodeFlow.AssertRefused(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("prompt", "none"), ("claims", EssentialFactor))), "interaction_required");
        Assert.True(CodeFlow.Answer(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("prompt", "none"), ("acr_values", "mfa")))).ContainsKey("code"));
    }

    [Fact]
    public async Task A_client_that_requires_two_factors_gets_them_of_a_session_with_one()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        var client = await AddClientAsync(new ClientMetadata { RedirectUris = ["https://c.test/cb"], Scope = "openid", Consent = "implicit", RequireSecondFactor = true });
        using var browser = Server.Browser();
        await person.TrustAsync(browser);
        await SignInAsync(browser, person);

        var silent = await browser.GetAsync(CodeFlow.Url(client, ("redirect_uri", "https://c.test/cb"), ("prompt", "none")));
        var page = await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(client, ("redirect_uri", "https://c.test/cb"))));
        var answer = await browser.FollowAsync(await browser.SubmitAsync(page, "verify", ("code", Server.Apps.Code(person.Name))));

        CodeFlow.AssertRefused(silent, "interaction_required");
        Assert.Equal("second-factor", await CodeFlow.PageOfAsync(page));
        Assert.True(CodeFlow.Answer(answer).ContainsKey("code"));
    }

    [Fact]
    public async Task A_client_that_requires_two_factors_has_a_person_without_one_add_it()
    {
        var person = await TestPerson.AddAsync(Server);
        var client = await AddClientAsync(new ClientMetadata { RedirectUris = ["https://c.test/cb"], Scope = "openid", Consent = "implicit", RequireSecondFactor = true });
        using var browser = Server.Browser();
        await SignInAsync(browser, person);

        var answer = await browser.GetAsync(CodeFlow.Url(client, ("redirect_uri", "https://c.test/cb")));

        Assert.StartsWith($"{Paths.EnrolPage}?step=", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_administrator_without_a_factor_gets_no_session_but_the_way_to_add_one()
    {
        var person = await TestPerson.AddAsync(Server, withApp: false, "admin");
        using var browser = Server.Browser();

        var page = await browser.GetAsync(Paths.SignInPage);
        var answer = await browser.SubmitAsync(page, "sign-in", ("username", person.Name), ("password", TestData.Password));

        Assert.StartsWith($"{Paths.EnrolPage}?step=", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM sessions WHERE user_id = $1", person.Id));
    }

    [Fact]
    public async Task Discovery_names_the_levels()
    {
        using var machine = Server.Machine();

        var document = await (await machine.GetAsync(Paths.Configuration)).JsonAsync();

        Assert.Equal(["pwd", "mfa", "phr"], document.GetProperty("acr_values_supported").EnumerateArray().Select(one => one.GetString()!));
    }

    private static void AssertLevel(JsonElement token, string acr, params string[] amr)
    {
        Assert.Equal(acr, token.GetProperty("acr").GetString());
        Assert.Equal(amr, token.GetProperty("amr").EnumerateArray().Select(one => one.GetString()!));
    }

    private async Task<JsonElement> SignInAsync(Browser browser, TestPerson person, params (string, string?)[] changes) =>
        await Server.IdTokenOfAsync(CodeFlow.Answer(await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web, changes), person.Name))["code"]);

    private static string Cookie(Browser browser) => browser.Cookies.GetCookies(new Uri(TestServer.Issuer))["__Host-pyn_session"]!.Value;
}

/// <summary>On SQLite.</summary>
public sealed class LevelTestsOnSqlite(SqliteServer server) : LevelTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class LevelTestsOnPostgreSql(PostgreSqlServer server) : LevelTests(server), IClassFixture<PostgreSqlServer>;
