using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Steps of somebody else's request, out of order, edited, repeated; consent stretched (cases CS-04 to CS-11, OR-01).</summary>
public abstract class ConsentAttacks(TestServer server) : ServerSuite(server)
{
    [Fact]
    public async Task CS_05_The_stored_request_decides_what_is_granted_never_the_form()
    {
        using var browser = Server.Browser();
        using var machine = Server.Machine();
        var consent = await ConsentPageAsync(browser, "openid");
        var interaction = consent.RequestMessage!.RequestUri!.PathAndQuery;

        var allowed = await browser.SubmitAsync(consent, "consent-allow", ("remember", "false"));
        var other = await ConsentPageAsync(browser, "openid profile");
        var edited = await browser.SubmitAsync(other, "consent-allow");
        var answer = CodeFlow.Answer(await browser.FollowAsync(allowed));
        var (status, body) = await machine.RedeemCodeAsync(TestData.Other, answer["code"]);

        Assert.Contains("interaction=", interaction, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, edited.StatusCode);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("openid", body.GetProperty("scope").GetString());
    }

    [Fact]
    public async Task CS_05_Scope_client_and_redirect_added_to_the_consent_form_change_nothing()
    {
        using var browser = Server.Browser();
        using var machine = Server.Machine();
        var consent = await ConsentPageAsync(browser, "openid", "prompt", "consent");
        var token = System.Text.RegularExpressions.Regex.Match(await consent.Content.ReadAsStringAsync(), "name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]*)\"").Groups[1].Value;

        var response = await browser.PostAsync(consent.RequestMessage!.RequestUri!.PathAndQuery, ("__RequestVerificationToken", token), ("decision", "allow"),
            ("scope", "openid profile offline_access"), ("client_id", "web"), ("redirect_uri", "https://evil.test/cb"));
        var redirect = await browser.FollowAsync(response);
        var (_, body) = await machine.RedeemCodeAsync(TestData.Other, CodeFlow.Answer(redirect)["code"]);

        Assert.StartsWith("https://d.test/cb?", redirect.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal("openid", body.GetProperty("scope").GetString());
    }

    [Theory]
    [InlineData(Paths.SignInPage)]
    [InlineData(Paths.ConsentPage)]
    [InlineData(Paths.SelectAccountPage)]
    public async Task CS_06_A_step_of_one_browsers_request_opens_nothing_in_another(string page)
    {
        using var mine = Server.Browser();
        using var theirs = Server.Browser();
        await theirs.CodeAsync(TestData.Web);
        var id = Interaction(await mine.GetAsync(CodeFlow.Url(TestData.Web)));

        var step = await theirs.GetAsync($"{page}?interaction={id}");
        var resumed = await theirs.GetAsync($"{Paths.AuthorizeResume}?id={id}");

        Assert.Equal(HttpStatusCode.BadRequest, step.StatusCode);
        Assert.Null(step.Headers.Location);
        await CodeFlow.AssertPageAsync(resumed);
    }

    [Fact]
    public async Task CS_07_A_remembered_consent_is_not_asked_again_and_covers_nothing_more()
    {
        using var browser = Server.Browser();
        await AllowAsync(browser, "openid profile");

        var again = await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(TestData.Other, ("scope", "openid profile"))));
        var less = await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(TestData.Other, ("scope", "openid"))));
        var moreScope = await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(TestData.Other, ("scope", "openid profile pynomaly_api"))));
        var moreClaims = await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(TestData.Other, ("scope", "openid profile"), ("claims", "{\"userinfo\":{\"email\":null}}"))));

        Assert.True(CodeFlow.Answer(again).ContainsKey("code"));
        Assert.True(CodeFlow.Answer(less).ContainsKey("code"));
        Assert.Equal("consent", await CodeFlow.PageOfAsync(moreScope));
        Assert.Equal("consent", await CodeFlow.PageOfAsync(moreClaims));
    }

    [Fact]
    public async Task CS_07_One_more_resource_is_asked_again()
    {
        using var browser = Server.Browser();
        await AllowAsync(browser, "openid pynomaly_api");

        var narrowed = await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(TestData.Other, ("scope", "openid pynomaly_api"), ("resource", TestData.Audience))));

        Assert.Equal("consent", await CodeFlow.PageOfAsync(narrowed));
    }

    [Fact]
    public async Task CS_07_A_client_that_registered_itself_asks_every_time()
    {
        using var browser = Server.Browser();
        var client = await AddClientAsync(new() { RedirectUris = ["https://c.test/cb"], Scope = "openid", Consent = "implicit" },
            one => one.GetType().GetProperty(nameof(one.IsSelfRegistered))!.SetValue(one, true));
        var url = CodeFlow.Url(client, ("redirect_uri", "https://c.test/cb"));
        Assert.True(CodeFlow.Answer(await browser.AuthorizeAsync(url)).ContainsKey("code"));

        Assert.Equal("consent", await CodeFlow.PageOfAsync(await browser.FollowAsync(await browser.GetAsync(url))));
    }

    [Fact]
    public async Task CS_08_prompt_none_shows_no_page_whatever_is_missing()
    {
        using var nobody = Server.Browser();
        using var ada = Server.Browser();
        using var machine = Server.Machine();
        await ada.CodeAsync(TestData.Web);
        using var bob = Server.Browser();
        var (_, tokens) = await machine.RedeemCodeAsync(TestData.Web, CodeFlow.Answer(await bob.AuthorizeAsync(CodeFlow.Url(TestData.Web), "bob"))["code"]);

        CodeFlow.AssertRefused(await nobody.GetAsync(CodeFlow.Url(TestData.Web, ("prompt", "none"))), Errors.LoginRequired);
        CodeFlow.AssertRefused(await ada.GetAsync(CodeFlow.Url(TestData.Other, ("prompt", "none"), ("scope", "openid offline_access"))), Errors.ConsentRequired, "https://d.test/cb");
        CodeFlow.AssertRefused(await ada.GetAsync(CodeFlow.Url(TestData.Web, ("prompt", "none"), ("id_token_hint", tokens.GetProperty("id_token").GetString()))), Errors.LoginRequired);
        Assert.True(CodeFlow.Answer(await ada.GetAsync(CodeFlow.Url(TestData.Web, ("prompt", "none")))).ContainsKey("code"));
    }

    [Fact]
    public async Task CS_09_A_session_that_was_there_before_does_not_answer_for_a_fresh_sign_in()
    {
        using var browser = Server.Browser();
        await browser.CodeAsync(TestData.Web);
        var id = Interaction(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("prompt", "login"))));

        var resumed = await browser.GetAsync($"{Paths.AuthorizeResume}?id={id}");

        Assert.Equal($"{Paths.SignInPage}?interaction={id}", resumed.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task CS_11_Steps_out_of_order_lead_back_to_the_first_that_is_not_done()
    {
        using var browser = Server.Browser();
        var id = Interaction(await browser.GetAsync(CodeFlow.Url(TestData.Other)));

        var consent = await browser.FollowAsync(await browser.GetAsync($"{Paths.ConsentPage}?interaction={id}"));
        var empty = await browser.PostAsync($"{Paths.ConsentPage}?interaction={id}", ("decision", "allow"));
        var resumed = await browser.FollowAsync(await browser.GetAsync($"{Paths.AuthorizeResume}?id={id}"));

        Assert.Equal("sign-in", await CodeFlow.PageOfAsync(consent));
        Assert.Equal(HttpStatusCode.BadRequest, empty.StatusCode);
        Assert.Equal("sign-in", await CodeFlow.PageOfAsync(resumed));
    }

    [Fact]
    public async Task CS_11_A_request_ends_once_and_going_back_finds_nothing()
    {
        using var browser = Server.Browser();
        var page = await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(TestData.Web)));
        var signedIn = await browser.FillInAsync(page);
        var first = await browser.GetAsync(signedIn.Headers.Location!.OriginalString);

        var second = await browser.GetAsync(signedIn.Headers.Location!.OriginalString);

        Assert.True(CodeFlow.Answer(first).ContainsKey("code"));
        await CodeFlow.AssertPageAsync(second);
    }

    [Fact]
    public async Task Two_answers_at_once_give_one_code()
    {
        using var browser = Server.Browser();
        var page = await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(TestData.Web)));
        var signedIn = await browser.FillInAsync(page);

        var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => browser.GetAsync(signedIn.Headers.Location!.OriginalString)));

        Assert.Equal(1, responses.Count(response => response.StatusCode == HttpStatusCode.SeeOther));
        Assert.Equal(19, responses.Count(response => response.StatusCode == HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Refusing_tells_the_client_and_grants_nothing()
    {
        using var browser = Server.Browser();
        var consent = await ConsentPageAsync(browser, "openid profile", "prompt", "consent");

        var response = await browser.FollowAsync(await browser.SubmitAsync(consent, "consent-deny"));

        CodeFlow.AssertRefused(response, Errors.AccessDenied, "https://d.test/cb");
    }

    [Fact]
    public async Task A_client_disabled_while_the_person_signs_in_gets_nothing()
    {
        using var browser = Server.Browser();
        var client = await AddClientAsync(new() { RedirectUris = ["https://c.test/cb"], Scope = "openid", Consent = "implicit" });
        var page = await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(client, ("redirect_uri", "https://c.test/cb"))));
        await DisableAsync(client);

        var response = await browser.FollowAsync(await browser.FillInAsync(page));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Null(response.Headers.Location);
    }

    [Theory]
    [InlineData("//evil.test")]
    [InlineData("/\\evil.test")]
    [InlineData("https:evil.test")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/%09/evil.test")]
    public async Task OR_01_No_parameter_says_where_a_sign_in_leads(string target)
    {
        using var browser = Server.Browser();
        var value = Uri.EscapeDataString(target);
        var page = await browser.GetAsync($"{Paths.SignInPage}?returnUrl={value}&ReturnUrl={value}&return_to={value}&next={value}&redirect_uri={value}");

        var response = await browser.FillInAsync(page);

        Assert.Equal(Paths.AccountPage, response.Headers.Location?.OriginalString);
    }

    private static string Interaction(HttpResponseMessage response)
    {
        var location = response.Headers.Location!.OriginalString;
        return location[(location.IndexOf("interaction=", StringComparison.Ordinal) + 12)..];
    }

    private static async Task<HttpResponseMessage> ConsentPageAsync(Browser browser, string scope, string? name = null, string? value = null)
    {
        var response = await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(TestData.Other, ("scope", scope), ("prompt", "consent"), (name ?? "display", value ?? "page"))));
        if (await CodeFlow.PageOfAsync(response) == "sign-in") response = await browser.FollowAsync(await browser.FillInAsync(response, "bob"));
        Assert.Equal("consent", await CodeFlow.PageOfAsync(response));
        return response;
    }

    // The suite's tests share their people and clients: what an earlier one had remembered is taken away first.
    private async Task AllowAsync(Browser browser, string scope)
    {
        await ExecuteAsync("DELETE FROM consents");
        Assert.True(CodeFlow.Answer(await browser.AuthorizeAsync(CodeFlow.Url(TestData.Other, ("scope", scope)))).ContainsKey("code"));
    }

    private async Task DisableAsync(string client)
    {
        await ExecuteAsync("UPDATE applications SET is_enabled = $1 WHERE client_id = $2", false, client);
        await ExecuteAsync(ChangeFeed.BumpSql);
        Server.Services.GetRequiredService<ChangeFeed>().Look();
    }
}

/// <summary>On SQLite.</summary>
public sealed class ConsentAttacksOnSqlite(SqliteServer server) : ConsentAttacks(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class ConsentAttacksOnPostgreSql(PostgreSqlServer server) : ConsentAttacks(server), IClassFixture<PostgreSqlServer>;
