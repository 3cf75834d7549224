using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>An authenticator app in the life of an account: added on its page, used, named, removed.</summary>
public sealed class AuthenticatorAppTests(PageServer server)
{
    [Fact]
    public async Task An_app_is_added_asked_for_named_and_removed()
    {
        var person = await server.AddPersonAsync();
        await using var visit = await server.OpenAsync("/signin?return=%2Faccount%2Fsecurity");
        await visit.SignInAsync(person.Name);

        await visit.ClickAsync("#add-authenticator");
        Assert.True(await visit.Page.IsVisibleAsync(".qr-code"));
        Assert.Equal(await visit.Page.GetAttributeAsync("#open-app", "href"),
            QrReader.Read((await visit.Page.GetAttributeAsync(".qr-code", "viewBox"))!, (await visit.Page.GetAttributeAsync(".qr-code path", "d"))!));
        await visit.Page.ClickAsync("#by-hand > summary");
        var key = (await visit.Page.InnerTextAsync("#authenticator-key")).Replace(" ", "", StringComparison.Ordinal);
        Assert.Contains($"secret={key}&", await visit.Page.GetAttributeAsync("#open-app", "href"), StringComparison.Ordinal);
        person.Scan(key);
        await visit.Page.FillAsync("#app-name", "Blue phone");
        await visit.VerifyAsync(person.WrongCode());
        Assert.Contains("does not match", await visit.Page.InnerTextAsync("#code-error"), StringComparison.Ordinal);
        Assert.Equal("Blue phone", await visit.Page.InputValueAsync("#app-name"));
        Assert.Contains($"secret={key}&", await visit.Page.GetAttributeAsync("#open-app", "href"), StringComparison.Ordinal); // the app need not scan again
        var code = person.Code();
        await visit.VerifyAsync($"{code[..3]} {code[3..]}"); // as apps show it
        Assert.Contains("added", await visit.Page.InnerTextAsync("#done"), StringComparison.Ordinal);
        Assert.True(await visit.Page.IsVisibleAsync("#make-codes")); // who has none is led to them

        await visit.GoAsync("/account/security");
        Assert.Contains("Blue phone", await RowAsync(visit), StringComparison.Ordinal);
        Assert.Contains("Not used yet", await RowAsync(visit), StringComparison.Ordinal);

        await visit.SignOutAsync();
        await visit.GoAsync("/signin?return=%2Faccount%2Fsecurity");
        await visit.SignInAsync(person.Name);
        Assert.Equal("second-factor", await visit.NameAsync());
        await visit.VerifyAsync(person.Code());
        Assert.Contains("Last used just now", await RowAsync(visit), StringComparison.Ordinal);

        await visit.Page.ClickAsync("[popovertarget=rename-rename-app-1]");
        await visit.Page.FillAsync("#name-rename-app-1", "Green <b>phone</b>");
        await visit.ClickAsync("#rename-app-1");
        Assert.Contains("Green <b>phone</b>", await RowAsync(visit), StringComparison.Ordinal);

        await visit.Page.ClickAsync("[popovertarget=ask-remove-app-1]");
        Assert.Contains("Green <b>phone</b>?", await visit.Page.InnerTextAsync("#ask-title-remove-app-1"), StringComparison.Ordinal);
        await visit.Page.ClickAsync("#ask-remove-app-1 [popovertargetaction=hide]");
        await visit.Page.UntilAsync("!document.querySelector('#remove-app-1').checkVisibility()");
        await visit.Page.ClickAsync("[popovertarget=ask-remove-app-1]");
        await visit.ClickAsync("#remove-app-1");
        Assert.Contains("removed", await visit.Page.InnerTextAsync("#done"), StringComparison.Ordinal);
        Assert.Equal(0, await visit.Page.Locator("[data-authenticator]").CountAsync());

        await visit.SignOutAsync();
        await visit.GoAsync("/signin");
        await visit.SignInAsync(person.Name);
        Assert.Equal("account", await visit.NameAsync());
    }

    [Fact]
    public async Task The_keyboard_alone_confirms_who_it_is_and_adds_names_and_removes_an_app()
    {
        var person = await server.AddPersonAsync();
        await using var visit = await server.OpenAsync("/signin?return=%2Faccount%2Fsecurity");
        await visit.SignInAsync(person.Name);
        await server.AgeSessionsAsync(person, TimeSpan.FromHours(1));

        await visit.TabToAsync("#add-authenticator");
        await visit.EnterAsync();
        Assert.Equal("confirm", await visit.NameAsync());
        Assert.Equal("password", await visit.FocusAsync());
        await visit.TypeAsync(PageServer.Password);
        await visit.EnterAsync();
        Assert.Equal("/account/security/authenticator", new Uri(visit.Page.Url).AbsolutePath);

        await visit.TabToAsync("#by-hand > summary");
        await visit.PressAsync("Enter");
        person.Scan((await visit.Page.InnerTextAsync("#authenticator-key")).Replace(" ", "", StringComparison.Ordinal));
        await visit.TabToAsync("#code");
        await visit.TypeAsync(person.WrongCode());
        await visit.EnterAsync();
        Assert.Equal("code", await visit.FocusAsync()); // where the mistake is
        await visit.TypeAsync(person.Code());
        await visit.TabToAsync("#app-name");
        await visit.TypeAsync("Phone");
        await visit.TabToAsync("#verify");
        await visit.EnterAsync();

        await visit.TabToAsync("#make-codes");
        await visit.EnterAsync();
        Assert.Equal(10, await visit.Page.Locator("#backup-codes > li").CountAsync());
        await visit.TabToAsync("#codes-kept");
        await visit.EnterAsync();

        await visit.TabToAsync("[popovertarget=rename-rename-app-1]");
        await visit.PressAsync("Enter");
        await visit.TabToAsync("#name-rename-app-1");
        await visit.PressAsync("Control+a");
        await visit.TypeAsync("My phone");
        await visit.EnterAsync();
        Assert.Contains("My phone", await RowAsync(visit), StringComparison.Ordinal);

        await visit.TabToAsync("[popovertarget=ask-remove-app-1]");
        await visit.PressAsync("Enter");
        await visit.Page.UntilAsync("document.activeElement.matches('#ask-remove-app-1 [popovertargetaction=hide]')"); // the harmless answer first
        await visit.PressAsync("Escape");
        await visit.Page.UntilAsync("document.activeElement.matches('[popovertarget=ask-remove-app-1]')");
        await visit.PressAsync("Enter");
        await visit.TabToAsync("#remove-app-1");
        await visit.EnterAsync();
        Assert.Equal(0, await visit.Page.Locator("[data-authenticator]").CountAsync());
    }

    private static Task<string> RowAsync(PageVisit visit) => visit.Page.InnerTextAsync("[data-authenticator]");
}
