using Microsoft.Playwright;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Where one is signed in, and the panic button.</summary>
[Collection<MailPageCollection>]
public sealed class OwnSessionTests(MailPageServer server)
{
    private const string NewPassword = "eleven brown otters dive";
    private static readonly BrowserNewContextOptions Firefox = new() { UserAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_session_or_all_others_are_ended_from_the_list(bool hasScript)
    {
        var person = await server.AddPersonAsync();
        await using var there = await server.SignedInAsync(person, new BrowserNewContextOptions(Firefox));
        await using var elsewhere = await server.SignedInAsync(person);
        await using var visit = await server.SignedInAsync(person, new BrowserNewContextOptions { JavaScriptEnabled = hasScript });
        await visit.GoAsync("/account/sessions");
        Assert.Equal(3, await visit.Page.Locator("[data-session]").CountAsync());
        Assert.Contains("127.0.0.1", await visit.Page.Locator("[data-session]").First.InnerTextAsync(), StringComparison.Ordinal);

        var row = visit.Page.Locator("[data-session]").Filter(new() { HasText = "Firefox" });
        await row.Locator("[popovertarget]").First.ClickAsync();
        await visit.Page.UntilAsync("document.activeElement.textContent === 'Cancel'");
        await visit.ClickAsync($"#{await row.Locator(".button-danger").GetAttributeAsync("id")}");
        Assert.Contains("signed out", await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.Equal(2, await visit.Page.Locator("[data-session]").CountAsync());
        Assert.False(await there.IsSignedInAsync());
        Assert.True(await elsewhere.IsSignedInAsync());

        await visit.GoAsync("/account/sessions");
        await visit.Page.ClickAsync("[popovertarget=ask-end-others]");
        await visit.ClickAsync("#end-others");
        Assert.Equal(1, await visit.Page.Locator("[data-session]").CountAsync());
        Assert.False(await visit.Page.IsVisibleAsync("[popovertarget=ask-end-others]"));
        Assert.False(await elsewhere.IsSignedInAsync());
        Assert.True(await visit.IsSignedInAsync());
    }

    [Fact]
    public async Task What_is_asked_before_a_session_ends_can_be_answered_by_the_keyboard_and_called_off()
    {
        var person = await server.AddPersonAsync();
        await using var elsewhere = await server.SignedInAsync(person);
        await using var visit = await server.SignedInAsync(person);
        await visit.GoAsync("/account/sessions");

        await visit.Page.FocusAsync("[popovertarget=ask-end-others]");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.UntilAsync("document.querySelector('#end-others').checkVisibility()");
        await visit.Page.Keyboard.PressAsync("Escape");
        await visit.Page.UntilAsync("!document.querySelector('#end-others').checkVisibility() && document.activeElement.getAttribute('popovertarget') === 'ask-end-others'");

        Assert.True(await elsewhere.IsSignedInAsync());
    }

    [Fact]
    public async Task The_panic_button_ends_every_session_and_the_mailbox_opens_the_way_back()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var elsewhere = await server.SignedInAsync(person);
        await using var visit = await server.SignedInAsync(person);

        await visit.GoAsync("/account/secure");
        await visit.ClickAsync("#secure-account");

        Assert.Equal("/secured", visit.Path());
        Assert.False(await elsewhere.IsSignedInAsync());
        Assert.False(await visit.IsSignedInAsync());
        await visit.SignInAsync(person.Name);
        Assert.Equal("sign-in", await visit.NameAsync());
        await visit.MailAsync(person.Address(), "Your account was secured");

        await visit.GoAsync("/forgotten");
        await visit.Page.FillAsync("#username", person.Name);
        await visit.ClickAsync("#send-link");
        await visit.FollowMailAsync(person.Address(), "Choose a new password", "/reset");
        await visit.Page.FillAsync("#password", NewPassword);
        await visit.ClickAsync("#set-password");
        await visit.ClickAsync("#continue");
        await visit.SignInAsync(person.Name, NewPassword);
        Assert.Equal("second-factor", await visit.NameAsync());
        server.Clock.Move(TimeSpan.FromMinutes(1)); // a third code
        await visit.VerifyAsync(person.Code());
        Assert.Equal("account", await visit.NameAsync());
    }
}
