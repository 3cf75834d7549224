using Microsoft.Playwright;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>A forgotten password: asked for, mailed, set.</summary>
[Collection<MailPageCollection>]
public sealed class ForgottenPasswordTests(MailPageServer server)
{
    private const string NewPassword = "eleven brown otters dive";

    [Fact]
    public async Task A_new_password_comes_by_mail_ends_what_is_open_elsewhere_and_the_link_works_once()
    {
        var person = await server.AddPersonAsync();
        await using var elsewhere = await server.SignedInAsync(person);
        await using var visit = await server.OpenAsync("/signin");
        await visit.ClickAsync("#forgotten");
        await AskAsync(visit, "");
        await visit.AssertRefusedAsync("username", "Enter");
        await AskAsync(visit, person.Address());
        Assert.Equal("Check your e-mail", await visit.Page.InnerTextAsync("h1"));

        await visit.FollowMailAsync(person.Address(), "Choose a new password", "/reset");
        var link = visit.Page.Url;
        await SetAsync(visit, "password1");
        await visit.AssertRefusedAsync("password", "attackers try first");
        await SetAsync(visit, NewPassword);
        Assert.Equal("Your password is set", await visit.Page.InnerTextAsync("h1"));
        await visit.ClickAsync("#continue");
        await visit.SignInAsync(person.Name);
        Assert.Equal("sign-in", await visit.NameAsync());
        await visit.SignInAsync(person.Name, NewPassword);

        Assert.Equal("account", await visit.NameAsync());
        Assert.False(await elsewhere.IsSignedInAsync());
        await visit.AssertEndedAsync(link);
        await visit.MailAsync(person.Address(), "Your password was changed");
    }

    [Fact]
    public async Task A_link_that_is_too_old_says_so_and_leads_to_a_new_one()
    {
        var person = await server.AddPersonAsync();
        await using var visit = await server.OpenAsync("/forgotten");
        await AskAsync(visit, person.Name);
        await visit.FollowMailAsync(person.Address(), "Choose a new password", "/reset");
        server.Clock.Move(TimeSpan.FromMinutes(16));

        await SetAsync(visit, NewPassword); // the page was left open
        Assert.Equal("This link does not work any more", await visit.Page.InnerTextAsync("h1"));
        await visit.AssertEndedAsync(visit.Page.Url);
        await visit.ClickAsync("main a.button");

        Assert.Equal("forgotten", await visit.NameAsync());
        await visit.GoAsync("/signin");
        await visit.SignInAsync(person.Name);
        Assert.Equal("account", await visit.NameAsync());
    }

    [Fact]
    public async Task UE_02_An_unknown_name_gets_the_same_words()
    {
        var person = await server.AddPersonAsync();
        await using var visit = await server.OpenAsync("/forgotten");
        await AskAsync(visit, person.Name);
        var (known, address) = (await visit.Page.InnerTextAsync("main"), visit.Page.Url);

        await visit.GoAsync("/forgotten");
        await AskAsync(visit, "nobody");

        Assert.Equal((known, address), (await visit.Page.InnerTextAsync("main"), visit.Page.Url));
    }

    [Theory]
    [InlineData("//evil.test")]
    [InlineData("https://evil.test")]
    [InlineData("request:guessed")]
    [InlineData("/signin?return=//evil.test")]
    public async Task OR_01_What_stands_in_the_cookie_leads_to_no_place_that_a_page_would_not(string kept)
    {
        await using var visit = await server.OpenAsync("/");
        await visit.Page.Context.AddCookiesAsync([new Cookie { Name = "onward", Value = Uri.EscapeDataString(kept), Url = server.Issuer }]);

        await visit.GoAsync("/reset?done=true");

        Assert.Equal("/signin", await visit.Page.GetAttributeAsync("#continue", "href"));
    }

    private static async Task AskAsync(PageVisit visit, string name)
    {
        await visit.Page.FillAsync("#username", name);
        await visit.ClickAsync("#send-link");
    }

    private static async Task SetAsync(PageVisit visit, string password)
    {
        await visit.Page.FillAsync("#password", password);
        await visit.ClickAsync("#set-password");
    }
}
