using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Conformance;

/// <summary>RP-Initiated Logout (L1, L2; case CS-04). RU-17 stands with the redirect attacks.</summary>
public abstract class LogoutTests(TestServer server) : ServerSuite(server)
{
    private const string Out = "https://c.test/out";

    [Fact]
    public async Task L1_An_id_token_of_the_very_session_ends_it_and_the_person_comes_back_with_state()
    {
        using var browser = Server.Browser();
        var hint = await SignInAsync(browser);

        var response = await browser.GetAsync(Url(("id_token_hint", hint), ("post_logout_redirect_uri", Out), ("state", "a b&c=é")));

        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.StartsWith($"{Out}?state=", response.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal("a b&c=é", QueryHelpers.ParseQuery(response.Headers.Location.Query)["state"].Single());
        await AssertSignedOutAsync(browser);
    }

    [Fact]
    public async Task L1_A_form_does_what_a_query_does()
    {
        using var browser = Server.Browser();
        var hint = await SignInAsync(browser);

        var posted = await browser.PostAsync(Paths.Logout, ("id_token_hint", hint), ("post_logout_redirect_uri", Out), ("state", "s"));
        var response = await browser.FollowAsync(posted);

        Assert.DoesNotContain(hint, posted.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal($"{Out}?state=s", response.Headers.Location?.OriginalString);
        await AssertSignedOutAsync(browser);
    }

    [Fact]
    public async Task L1_A_hint_that_expired_long_ago_still_counts()
    {
        using var browser = Server.Browser();
        var hint = await SignInAsync(browser);
        Server.Clock.Move(TimeSpan.FromHours(3));

        Assert.Equal(Out, (await browser.GetAsync(Url(("id_token_hint", hint), ("post_logout_redirect_uri", Out)))).Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task L1_Without_parameters_the_person_confirms_and_ends_at_the_signed_out_page()
    {
        using var browser = Server.Browser();
        await SignInAsync(browser);

        var page = await browser.FollowAsync(await browser.GetAsync(Paths.Logout));
        var end = await browser.FollowAsync(await browser.SubmitAsync(page, "logout-confirm"));

        Assert.Equal("logout", await CodeFlow.PageOfAsync(page));
        Assert.Equal(Paths.SignedOutPage, end.RequestMessage!.RequestUri!.AbsolutePath);
        await AssertSignedOutAsync(browser);
    }

    [Fact]
    public async Task L1_Without_parameters_and_session_it_ends_at_the_signed_out_page()
    {
        using var browser = Server.Browser();

        Assert.Equal(Paths.SignedOutPage, (await browser.GetAsync(Paths.Logout)).Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task L1_A_client_that_only_names_itself_may_have_the_person_back_after_their_word()
    {
        using var browser = Server.Browser();
        await SignInAsync(browser);

        var page = await browser.FollowAsync(await browser.GetAsync(Url(("client_id", TestData.Web), ("post_logout_redirect_uri", Out), ("state", "s"))));
        var response = await browser.FollowAsync(await browser.SubmitAsync(page, "logout-confirm"));

        Assert.Equal("logout", await CodeFlow.PageOfAsync(page));
        Assert.Equal($"{Out}?state=s", response.Headers.Location?.OriginalString);
        await AssertSignedOutAsync(browser);
    }

    [Fact]
    public async Task L1_A_client_that_only_names_itself_redirects_nobody_who_is_not_signed_in()
    {
        using var browser = Server.Browser();

        var response = await browser.GetAsync(Url(("client_id", TestData.Web), ("post_logout_redirect_uri", Out)));

        Assert.Equal(Paths.SignedOutPage, response.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("https://c.test/out?x=1")]
    [InlineData("https://c.test/Out")]
    [InlineData("https://evil.test/")]
    [InlineData("https://d.test/out")]
    public async Task L1_An_address_that_is_not_registered_ends_the_session_at_the_signed_out_page(string uri)
    {
        using var browser = Server.Browser();
        var hint = await SignInAsync(browser);

        var response = await browser.GetAsync(Url(("id_token_hint", hint), ("post_logout_redirect_uri", uri), ("state", "s")));

        Assert.Equal(Paths.SignedOutPage, response.Headers.Location?.OriginalString);
        await AssertSignedOutAsync(browser);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2lkLnRlc3QiLCJhdWQiOiJ3ZWIiLCJzdWIiOiJhIn0.")]
    public async Task CS_04_A_hint_that_does_not_hold_ends_nothing_and_redirects_nobody(string hint)
    {
        using var browser = Server.Browser();
        await SignInAsync(browser);

        var page = await browser.FollowAsync(await browser.GetAsync(Url(("id_token_hint", hint), ("client_id", TestData.Web), ("post_logout_redirect_uri", Out))));
        await AssertSignedInAsync(browser);
        var end = await browser.SubmitAsync(page, "logout-confirm");

        Assert.Equal("logout", await CodeFlow.PageOfAsync(page));
        Assert.Equal(Paths.SignedOutPage, end.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task CS_04_A_hint_with_one_character_changed_ends_nothing()
    {
        using var browser = Server.Browser();
        var hint = await SignInAsync(browser);
        var at = hint.Length - 10;
        var changed = hint[..at] + (hint[at] == 'A' ? 'B' : 'A') + hint[(at + 1)..];

        var response = await browser.GetAsync(Url(("id_token_hint", changed), ("post_logout_redirect_uri", Out)));

        Assert.StartsWith(Paths.LogoutPage, response.Headers.Location?.OriginalString, StringComparison.Ordinal);
        await AssertSignedInAsync(browser);
    }

    [Theory]
    [InlineData(Paths.Logout)]
    [InlineData(Paths.LogoutPage)]
    public async Task CS_04_A_link_or_an_image_ends_no_session(string path)
    {
        using var browser = Server.Browser();
        await SignInAsync(browser);

        await browser.FollowAsync(await browser.GetAsync(path));

        await AssertSignedInAsync(browser);
    }

    [Fact]
    public async Task CS_04_Another_persons_hint_asks_first()
    {
        using var ada = Server.Browser();
        using var bob = Server.Browser();
        var hint = await SignInAsync(ada);
        await SignInAsync(bob, "bob");

        var response = await bob.GetAsync(Url(("id_token_hint", hint), ("post_logout_redirect_uri", Out)));

        Assert.StartsWith(Paths.LogoutPage, response.Headers.Location?.OriginalString, StringComparison.Ordinal);
        await AssertSignedInAsync(bob);
    }

    [Fact]
    public async Task A_hint_of_one_client_with_the_name_of_another_is_refused()
    {
        using var browser = Server.Browser();
        var hint = await SignInAsync(browser);

        await CodeFlow.AssertPageAsync(await browser.GetAsync(Url(("id_token_hint", hint), ("client_id", TestData.Other))));
        await AssertSignedInAsync(browser);
    }

    [Fact]
    public async Task A_waiting_logout_is_worthless_in_another_browser()
    {
        using var mine = Server.Browser();
        using var theirs = Server.Browser();
        await SignInAsync(mine);
        await SignInAsync(theirs, "bob");
        var waiting = await mine.PostAsync(Paths.Logout, ("client_id", TestData.Web), ("post_logout_redirect_uri", Out));

        var response = await theirs.GetAsync(waiting.Headers.Location!.OriginalString);

        await CodeFlow.AssertPageAsync(response);
        await AssertSignedInAsync(theirs);
    }

    private static string Url(params (string Name, string Value)[] parameters) =>
        $"{Paths.Logout}?{string.Join('&', parameters.Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value)}"))}";

    private async Task<string> SignInAsync(Browser browser, string name = "ada")
    {
        using var machine = Server.Machine();
        var code = CodeFlow.Answer(await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web), name))["code"];
        var (_, tokens) = await machine.RedeemCodeAsync(TestData.Web, code);
        return tokens.GetProperty("id_token").GetString()!;
    }

    private static async Task AssertSignedOutAsync(Browser browser) =>
        CodeFlow.AssertRefused(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("prompt", "none"))), Errors.LoginRequired);

    private static async Task AssertSignedInAsync(Browser browser) =>
        Assert.True(CodeFlow.Answer(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("prompt", "none")))).ContainsKey("code"));
}

/// <summary>On SQLite.</summary>
public sealed class LogoutTestsOnSqlite(SqliteServer server) : LogoutTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class LogoutTestsOnPostgreSql(PostgreSqlServer server) : LogoutTests(server), IClassFixture<PostgreSqlServer>;
