using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Two passkeys of one person on two devices: named, seen in use, and one taken away from the other.</summary>
public sealed class OwnPasskeyTests(PageServer server)
{
    private const string Page = "/account/passkeys";

    [Fact]
    public async Task Of_two_passkeys_one_is_removed_and_the_other_goes_on()
    {
        var person = await server.AddPersonAsync();
        await using var laptop = await server.OpenAsync($"/signin?return={Uri.EscapeDataString(Page)}");
        var inLaptop = await VirtualAuthenticator.PlugInAsync(laptop.Page);
        await inLaptop.TouchAsync(VirtualAuthenticator.Touch.Never);
        await laptop.SignInAsync(person.Name);
        Assert.True(await laptop.Page.IsVisibleAsync("#no-passkeys"));
        await inLaptop.TouchAsync(VirtualAuthenticator.Touch.AtOnce);
        await laptop.ClickAsync("#add-passkey");
        Assert.Contains("added", await laptop.Page.InnerTextAsync("#done"), StringComparison.Ordinal);
        await laptop.ClickAsync("#make-codes");
        var codes = await laptop.Page.Locator("#backup-codes > li").AllInnerTextsAsync();
        await laptop.GoAsync(Page);
        await RenameAsync(laptop, 1, "Laptop");

        // On the phone there is no passkey yet: the password and a backup code.
        await using var phone = await server.OpenAsync($"/signin?return={Uri.EscapeDataString(Page)}");
        await phone.SignInAsync(person.Name);
        await phone.Page.ClickAsync("#ways > summary");
        await phone.ClickAsync("#way-backup");
        await phone.VerifyAsync(codes[0]);
        var inPhone = await VirtualAuthenticator.PlugInAsync(phone.Page);
        await phone.GoAsync(Page);
        await phone.ClickAsync("#add-passkey");
        Assert.Equal(Page, new Uri(phone.Page.Url).AbsolutePath); // there are codes already
        await RenameAsync(phone, 2, "Phone");
        Assert.Contains("Not used yet", await RowAsync(phone, "Laptop"), StringComparison.Ordinal);
        Assert.Contains("Not used yet", await RowAsync(phone, "Phone"), StringComparison.Ordinal);

        await phone.SignOutAsync();
        // Else the suggestions of the field sign in before the button does. Only on this one address, so not for all pages: further down they are wanted.
        await phone.Page.AddInitScriptAsync("if (location.search.startsWith('?return=') && window.PublicKeyCredential) PublicKeyCredential.isConditionalMediationAvailable = async () => false;");
        await phone.GoAsync($"/signin?return={Uri.EscapeDataString(Page)}");
        await phone.ClickAsync("#passkey-sign-in");
        Assert.Contains("Last used just now", await RowAsync(phone, "Phone"), StringComparison.Ordinal);
        Assert.Contains("Not used yet", await RowAsync(phone, "Laptop"), StringComparison.Ordinal);
        await phone.AssertUsableByEverybodyAsync();

        await phone.Page.ClickAsync("[popovertarget=ask-remove-passkey-1]");
        await phone.ClickAsync("#remove-passkey-1");
        Assert.Contains("removed", await phone.Page.InnerTextAsync("#done"), StringComparison.Ordinal);
        Assert.Equal("Phone", await phone.Page.InnerTextAsync("[data-passkey-id] .row-title bdi"));
        Assert.Equal(1, await inPhone.CountAsync()); // it is on the list that the browser is told

        // The laptop was signed out with it; it offers what it holds, is refused, told why, and forgets it.
        await laptop.GoAsync("/account");
        await laptop.Page.ArriveAsync(url => url.Contains("passkey=unknown", StringComparison.Ordinal));
        Assert.Contains("removed from the account", await laptop.Page.InnerTextAsync("[role=alert]"), StringComparison.Ordinal);
        await AssertForgottenAsync(inLaptop);

        await phone.SignOutAsync();
        await phone.GoAsync(server.Authorize(PageServer.Trusted)); // taken from the suggestions
        var usernameless = await SignedIn.ReadAsync(server, phone);
        Assert.Equal(("phr", "hwk mfa"), (usernameless.Level, usernameless.Methods));

        await inPhone.TouchAsync(VirtualAuthenticator.Touch.Never);
        await phone.GoAsync(server.Authorize(PageServer.Trusted, "&prompt=login"));
        await phone.SignInAsync(person.Name);
        await inPhone.TouchAsync(VirtualAuthenticator.Touch.AtOnce);
        await phone.Page.ClickAsync("#passkey-sign-in");
        var second = await SignedIn.ReadAsync(server, phone);
        Assert.Equal(("phr", "pwd hwk mfa"), (second.Level, second.Methods));

        // The last one, while its own device looks on: the list is empty now.
        await phone.GoAsync(Page);
        await phone.Page.ClickAsync("[popovertarget=ask-remove-passkey-1]");
        await phone.ClickAsync("#remove-passkey-1");
        Assert.True(await phone.Page.IsVisibleAsync("#no-passkeys"));
        await AssertForgottenAsync(inPhone);
    }

    private static async Task RenameAsync(PageVisit visit, int number, string name)
    {
        await visit.Page.ClickAsync($"[popovertarget=rename-rename-passkey-{number}]");
        await visit.Page.FillAsync($"#name-rename-passkey-{number}", name);
        await visit.ClickAsync($"#rename-passkey-{number}");
    }

    private static Task<string> RowAsync(PageVisit visit, string name) => visit.Page.InnerTextAsync($"[data-passkey-id]:has(bdi:text-is('{name}'))");

    // Web Authentication Level 3 §5.1.10: the browser does it in its own time.
    private static Task AssertForgottenAsync(VirtualAuthenticator authenticator) => Until.TrueAsync(async () => await authenticator.CountAsync() == 0, "the device forgets the passkey");
}
