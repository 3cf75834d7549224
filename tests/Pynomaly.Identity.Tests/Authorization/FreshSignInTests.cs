using System.Text.Json;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Authorization;

/// <summary>What counts as a new sign-in for prompt=login and max_age where there are second factors: all of it, given for this very request.</summary>
public abstract class FreshSignInTests(TestServer server) : ServerSuite(server)
{
    [Theory]
    [InlineData("prompt", "login")]
    [InlineData("max_age", "0")]
    [InlineData("max_age", "60")]
    public async Task A_sign_in_that_is_wanted_anew_takes_the_password_and_the_factor(string name, string value)
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        using var browser = Server.Browser();
        var before = await SignInAsync(browser, person);
        Server.Clock.Move(TimeSpan.FromMinutes(5));

        var page = await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(TestData.Web, (name, value))));
        var factor = await browser.FollowAsync(await browser.SubmitAsync(page, "sign-in", ("username", person.Name), ("password", TestData.Password)));
        var answer = await browser.FollowAsync(await browser.SubmitAsync(factor, "verify", ("code", Server.Apps.Code(person.Name))));
        var after = await Server.IdTokenOfAsync(CodeFlow.Answer(answer)["code"]);

        Assert.Equal("sign-in", await CodeFlow.PageOfAsync(page));
        Assert.Equal("second-factor", await CodeFlow.PageOfAsync(factor));
        Assert.True(after.GetProperty("auth_time").GetInt64() >= before.GetProperty("auth_time").GetInt64() + 300);
    }

    [Fact]
    public async Task A_password_from_before_the_request_does_not_answer_prompt_login()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        using var browser = Server.Browser();
        var pending = await browser.PendingAsync(person.Name);
        var step = pending.RequestMessage!.RequestUri!.Query[1..].Split('&').Single(one => one.StartsWith("step=", StringComparison.Ordinal));
        Server.Clock.Move(TimeSpan.FromMinutes(1));

        var asked = await browser.GetAsync(CodeFlow.Url(TestData.Web, ("prompt", "login")));
        var interaction = asked.Headers.Location!.OriginalString.Split('?')[1];
        var factor = await browser.GetAsync($"{Paths.FactorPage}?{step}&{interaction}");
        var next = await browser.FollowAsync(await browser.SubmitAsync(factor, "verify", ("code", Server.Apps.Code(person.Name))));

        Assert.Equal("sign-in", await CodeFlow.PageOfAsync(next));
    }

    [Fact]
    public async Task A_step_up_does_not_answer_prompt_login()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        using var browser = Server.Browser();
        await person.TrustAsync(browser);
        await SignInAsync(browser, person);
        var stepUp = await browser.GetAsync(CodeFlow.Url(TestData.Web, ("acr_values", "mfa")));
        var step = stepUp.Headers.Location!.OriginalString.Split('?')[1].Split('&').Single(one => one.StartsWith("step=", StringComparison.Ordinal));

        var interaction = (await browser.GetAsync(CodeFlow.Url(TestData.Web, ("prompt", "login")))).Headers.Location!.OriginalString.Split('?')[1];
        var factor = await browser.GetAsync($"{Paths.FactorPage}?{step}&{interaction}");
        var next = await browser.FollowAsync(await browser.SubmitAsync(factor, "verify", ("code", Server.Apps.Code(person.Name))));

        Assert.Equal("sign-in", await CodeFlow.PageOfAsync(next));
    }

    private async Task<JsonElement> SignInAsync(Browser browser, TestPerson person) =>
        await Server.IdTokenOfAsync(CodeFlow.Answer(await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web), person.Name))["code"]);
}

/// <summary>On SQLite.</summary>
public sealed class FreshSignInTestsOnSqlite(SqliteServer server) : FreshSignInTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class FreshSignInTestsOnPostgreSql(PostgreSqlServer server) : FreshSignInTests(server), IClassFixture<PostgreSqlServer>;
