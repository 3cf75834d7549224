using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Every page of the account for everybody: for a person who has everything, and for one who has just come.</summary>
[Collection<MailPageCollection>]
public sealed class AccountAccessibilityTests(MailPageServer server, SettledPerson settled) : IClassFixture<SettledPerson>
{
    [Theory]
    [InlineData("/account")]
    [InlineData("/account/activity")]
    [InlineData("/account/appearance")]
    [InlineData("/account/apps")]
    [InlineData("/account/data")]
    [InlineData("/account/data/delete")]
    [InlineData("/account/keys")]
    [InlineData("/account/keys/new")]
    [InlineData("/account/passkeys")]
    [InlineData("/account/profile")]
    [InlineData("/account/secure")]
    [InlineData("/account/security")]
    [InlineData("/account/security/authenticator")]
    [InlineData("/account/security/backup-codes")]
    [InlineData("/account/security/email")]
    [InlineData("/account/security/password")]
    [InlineData("/account/sessions")]
    public async Task A_page_with_everything_on_it_can_be_used_by_everybody(string path)
    {
        await using var visit = await settled.OpenAsync(path);
        Assert.Equal(path, visit.Path());
        Assert.Equal("account", await visit.NameAsync());
        await visit.Page.EvaluateAsync("for (const one of document.querySelectorAll('main details')) one.open = true");

        await visit.AssertUsableInEachColourAsync();
    }

    [Theory]
    [InlineData("/account/sessions", "[popovertarget^=ask-end-session]")]
    [InlineData("/account/security", "[popovertarget^=rename-rename-app]")]
    [InlineData("/account/apps", "[popovertarget^=ask-withdraw]")]
    public async Task A_question_before_something_ends_can_be_used_by_everybody(string path, string button)
    {
        await using var visit = await settled.OpenAsync(path);
        await visit.Page.SetViewportSizeAsync(320, 800);
        await visit.Page.Locator(button).First.ClickAsync();

        var box = await visit.Page.Locator(".dialog:popover-open").BoundingBoxAsync();
        Assert.True(box is { X: >= 0, Height: > 0 } && box.X + box.Width <= 320, $"{box?.X} {box?.Width}");
        await visit.AssertUsableInEachColourAsync();
    }

    [Fact]
    public async Task Pages_that_have_nothing_to_show_yet_can_be_used_by_everybody()
    {
        await using var visit = await server.SignedInAsync(await server.AddPersonAsync());

        foreach (var path in (string[])["/account", "/account/apps", "/account/passkeys", "/account/security", "/account/sessions"])
        {
            await visit.GoAsync(path);
            await visit.AssertUsableInEachColourAsync();
        }
    }

    [Fact]
    public async Task Errors_beside_the_fields_can_be_read_by_everybody()
    {
        await using var visit = await server.SignedInAsync(await server.AddPersonAsync());

        foreach (var (path, button) in ((string, string)[])[("/account/security/password", "#set-password"), ("/account/security/email", "#change-email"), ("/account/data/delete", "#confirm-delete")])
        {
            await visit.GoAsync(path);
            await visit.ClickAsync(button);
            Assert.True(await visit.Page.Locator("[aria-invalid=true]").CountAsync() > 0, path);
            await visit.AssertUsableInEachColourAsync();
        }
    }
}
