using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Signing out, and the account page that leads there.</summary>
public sealed class LogoutTests(PageServer server)
{
    [Fact]
    public async Task The_account_page_says_who_is_signed_in()
    {
        await using var visit = await server.OpenAsync("/account");
        await visit.SignInAsync();

        Assert.Equal("account", await visit.NameAsync());
        Assert.Equal("Ada Lovelace", await visit.Page.InnerTextAsync("#signed-in-as"));
    }

    [Fact]
    public async Task Opening_the_logout_page_ends_nothing_and_the_button_ends_the_session()
    {
        await using var visit = await server.OpenAsync("/account");
        await visit.SignInAsync();

        await visit.GoAsync("/logout");
        await visit.GoAsync("/account");
        Assert.Equal("account", await visit.NameAsync());

        await visit.ClickAsync("#sign-out");
        await visit.ClickAsync("#logout-confirm");
        Assert.True(await visit.Page.IsVisibleAsync("#signed-out"));
        Assert.Equal("logged-out", await visit.NameAsync());

        await visit.GoAsync("/account");
        Assert.Equal("sign-in", await visit.NameAsync());
    }

    [Fact]
    public async Task A_client_that_asks_gets_the_person_back_with_its_state()
    {
        await using var visit = await server.OpenAsync("/account");
        await visit.SignInAsync();

        await visit.GoAsync($"/connect/logout?client_id={PageServer.Trusted}&post_logout_redirect_uri={Uri.EscapeDataString(server.SignedOutUri)}&state=s2");
        Assert.Equal("logout", await visit.NameAsync());
        Assert.Contains("Console", await visit.Page.InnerTextAsync("main"), StringComparison.Ordinal);
        await visit.Page.ClickAsync("#logout-confirm");

        await visit.Page.ArriveAsync(url => url == $"{server.SignedOutUri}?state=s2");
    }
}
