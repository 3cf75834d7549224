using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>"Do not ask here": what was trusted is listed, and ends by the person's word and by a new password.</summary>
public sealed class TrustedBrowserTests(PageServer server)
{
    [Fact]
    public async Task A_browser_is_trusted_listed_and_asked_again_once_the_person_says_so_or_changes_the_password()
    {
        const string changed = "eleven brown otters dive";
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var visit = await server.OpenAsync("/signin?return=%2Faccount%2Fsessions");
        await visit.SignInAsync(person.Name);
        await visit.Page.CheckAsync("#trust");
        await visit.VerifyAsync(person.Code());

        var row = visit.Page.Locator("[data-device]");
        Assert.Contains("This device", await row.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("Chrom", await row.InnerTextAsync(), StringComparison.Ordinal);
        await visit.SignOutAsync();
        await SignInAsync(PageServer.Password);
        Assert.Equal("account", await visit.NameAsync());

        await visit.Page.ClickAsync("[popovertarget=ask-distrust-1]");
        await visit.ClickAsync("#distrust-1");
        Assert.Equal(0, await row.CountAsync());
        await visit.SignOutAsync();
        await SignInAsync(PageServer.Password);
        Assert.Equal("second-factor", await visit.NameAsync());

        await visit.Page.CheckAsync("#trust");
        await visit.VerifyAsync(person.Code());
        Assert.Equal(1, await row.CountAsync());
        await visit.GoAsync("/account/security/password");
        await visit.Page.FillAsync("#current-password", PageServer.Password);
        await visit.Page.FillAsync("#password", changed);
        await visit.ClickAsync("#set-password");
        Assert.Contains("changed", await visit.Page.InnerTextAsync("#done"), StringComparison.Ordinal);
        await visit.GoAsync("/account/sessions");
        Assert.Equal(0, await row.CountAsync());
        await visit.SignOutAsync();
        await SignInAsync(changed);
        Assert.Equal("second-factor", await visit.NameAsync());

        async Task SignInAsync(string password)
        {
            await visit.GoAsync("/signin?return=%2Faccount%2Fsessions");
            await visit.SignInAsync(person.Name, password);
        }
    }
}
