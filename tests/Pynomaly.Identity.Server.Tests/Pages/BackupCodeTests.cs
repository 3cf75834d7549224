using Microsoft.Playwright;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Backup codes on the page of the account: made, shown once, counted, made anew.</summary>
public sealed class BackupCodeTests(PageServer server)
{
    private const string Page = "/account/security/backup-codes";

    [Fact]
    public async Task Codes_are_shown_once_counted_and_ended_by_new_ones()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var visit = await server.OpenAsync("/signin?return=%2Faccount%2Fsecurity");
        await visit.SignInAsync(person.Name);
        await visit.VerifyAsync(person.Code());
        Assert.Contains("no backup codes", await visit.Page.InnerTextAsync("#codes-left"), StringComparison.Ordinal);

        await visit.ClickAsync("#backup-codes-page");
        await visit.ClickAsync("#make-codes");
        var old = await visit.Page.Locator("#backup-codes > li").AllInnerTextsAsync();
        Assert.Equal(10, old.Distinct().Count());
        await visit.AssertUsableByEverybodyAsync();

        await visit.Page.ReloadAsync(); // the form is sent again
        Assert.Equal(0, await visit.Page.Locator("#backup-codes").CountAsync());
        Assert.Contains("10 of 10", await visit.Page.InnerTextAsync("#codes-left"), StringComparison.Ordinal);

        await SignInByAsync(visit, person, old[3]);
        Assert.Contains("9 of 10", await visit.Page.InnerTextAsync("#codes-left"), StringComparison.Ordinal);

        await visit.GoAsync(Page);
        await visit.ClickAsync("#make-codes");
        var made = await visit.Page.Locator("#backup-codes > li").AllInnerTextsAsync();
        Assert.Empty(made.Intersect(old));
        await visit.ClickAsync("#codes-kept");
        Assert.Contains("10 of 10", await visit.Page.InnerTextAsync("#codes-left"), StringComparison.Ordinal);

        await SignInByAsync(visit, person, old[4]);
        Assert.Contains("has been used", await visit.Page.InnerTextAsync("#code-error"), StringComparison.Ordinal);
        await visit.VerifyAsync(made[0]);
        Assert.Contains("9 of 10", await visit.Page.InnerTextAsync("#codes-left"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Codes_on_paper_carry_the_codes_and_none_of_the_page_around_them()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var visit = await server.OpenAsync($"/signin?return={Uri.EscapeDataString(Page)}");
        await visit.SignInAsync(person.Name);
        await visit.VerifyAsync(person.Code());
        await visit.ClickAsync("#make-codes");

        await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });

        Assert.True(await visit.Page.IsVisibleAsync("#backup-codes > li >> nth=9"));
        foreach (var other in (string[])["#codes-print", "#codes-kept", "#sign-out", ".account-nav", "footer"]) Assert.False(await visit.Page.IsVisibleAsync(other), $"{other} is printed");
    }

    private static async Task SignInByAsync(PageVisit visit, PagePerson person, string code)
    {
        await visit.SignOutAsync();
        await visit.GoAsync("/signin?return=%2Faccount%2Fsecurity");
        await visit.SignInAsync(person.Name);
        await visit.Page.ClickAsync("#ways > summary");
        await visit.ClickAsync("#way-backup");
        await visit.VerifyAsync(code);
    }
}
