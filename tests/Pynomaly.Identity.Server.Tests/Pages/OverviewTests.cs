using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>The account's front page, the profile, and how the pages look in this browser.</summary>
[Collection<MailPageCollection>]
public sealed class OverviewTests(MailPageServer server)
{
    [Fact]
    public async Task The_check_up_says_what_to_do_next_and_leads_there()
    {
        var person = await server.AddPersonAsync();
        await using var visit = await server.SignedInAsync(person);

        Assert.Contains("One thing would make your account safer", await visit.Page.InnerTextAsync("main"), StringComparison.Ordinal);
        await visit.ClickAsync("[data-advice=add_second_factor] a");

        Assert.Equal("/account/passkeys", visit.Path());
    }

    [Fact]
    public async Task The_check_up_is_content_with_a_passkey_and_backup_codes()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var visit = await server.SignedInAsync(person);
        Assert.Equal(2, await visit.Page.Locator("[data-advice]").CountAsync());
        Assert.True(await visit.Page.IsVisibleAsync("[data-advice=add_passkey]") && await visit.Page.IsVisibleAsync("[data-advice=make_backup_codes]"));

        await using var context = server.Services.GetRequiredService<ContextFactory>().CreateDbContext();
        context.Passkeys.Add(SettledPerson.Passkey(person.Id, "Key", server.Clock.GetUtcNow()));
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        await server.Services.GetRequiredService<BackupCodes>().MakeAsync(new Microsoft.AspNetCore.Http.DefaultHttpContext(), person.Id, TestContext.Current.CancellationToken);
        await visit.GoAsync("/account");

        Assert.Equal(0, await visit.Page.Locator("[data-advice]").CountAsync());
        Assert.Contains("well guarded", await visit.Page.InnerTextAsync("main"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_profile_is_saved_and_an_error_keeps_what_was_typed_and_has_the_focus()
    {
        await using var visit = await server.SignedInAsync(await server.AddPersonAsync());
        await visit.GoAsync("/account/profile");

        await visit.Page.FillAsync("#name", "Grace Hopper");
        await visit.Page.FillAsync("#birthdate", "9.12.1906");
        await visit.Page.FillAsync("#website", "javascript:alert(1)");
        await visit.Page.FillAsync("#address-locality", "New York");
        await visit.ClickAsync("#save-profile");
        await visit.AssertRefusedAsync("birthdate", "1990-12-31");
        Assert.Contains("web address", await visit.Page.InnerTextAsync("#website-error"), StringComparison.Ordinal);
        Assert.Equal(["Grace Hopper", "9.12.1906", "New York"], [await visit.Page.InputValueAsync("#name"), await visit.Page.InputValueAsync("#birthdate"), await visit.Page.InputValueAsync("#address-locality")]);
        Assert.StartsWith("Please check", await visit.Page.TitleAsync(), StringComparison.Ordinal);

        await visit.Page.FillAsync("#birthdate", "1906-12-09");
        await visit.Page.FillAsync("#website", "");
        await visit.Page.FillAsync("#locale", "de-AT");
        await visit.ClickAsync("#save-profile");
        Assert.Contains("saved", await visit.DoneAsync(), StringComparison.Ordinal);
        await visit.GoAsync("/account/profile");
        Assert.False(await visit.Page.IsVisibleAsync("#done"), "it is said once");
        Assert.Equal(["Grace Hopper", "1906-12-09", ""], [await visit.Page.InputValueAsync("#name"), await visit.Page.InputValueAsync("#birthdate"), await visit.Page.InputValueAsync("#website")]);
        Assert.Equal("German (Austria)", await visit.Page.InnerTextAsync("#locale-hint"));
        await visit.GoAsync("/account");
        Assert.Equal("Grace Hopper", await visit.Page.InnerTextAsync("#signed-in-as"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Language_and_colours_stay_in_this_browser_with_script_and_without(bool hasScript)
    {
        await using var visit = await server.SignedInAsync(await server.AddPersonAsync(), new BrowserNewContextOptions { JavaScriptEnabled = hasScript, ColorScheme = ColorScheme.Light });
        await visit.GoAsync("/account/appearance");
        var light = await GroundAsync(visit);

        await visit.Page.SelectOptionAsync("#language", "de");
        await visit.Page.CheckAsync("#theme-dark");
        await visit.ClickAsync("#save-appearance");
        Assert.NotEmpty(await visit.DoneAsync());
        await visit.GoAsync("/logout");
        await visit.ClickAsync("#logout-confirm");
        await visit.GoAsync("/signin");

        Assert.Equal(("de", "dark"), (await visit.Page.GetAttributeAsync("html", "lang"), await visit.Page.GetAttributeAsync("html", "data-theme")));
        Assert.Equal("Anmelden", await visit.Page.InnerTextAsync("h1"));
        Assert.NotEqual(light, await GroundAsync(visit));
    }

    private static Task<string> GroundAsync(PageVisit visit) => visit.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor");
}
