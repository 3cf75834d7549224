using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Passkeys as a person meets them, in a real browser with an authenticator that it plays.</summary>
public sealed class PasskeyTests(PageServer server)
{
    [Fact]
    public async Task A_person_adds_two_passkeys_signs_in_with_the_second_and_removes_the_first()
    {
        var (visit, first) = await HolderAndAuthenticatorAsync(await server.AddPersonAsync());
        await using var _ = visit;
        await visit.GoAsync("/signin?return=%2Faccount%2Fpasskeys");
        await visit.Page.WaitForSelectorAsync("[data-passkey-id]"); // signed in by the suggestion: a second factor is added by who has given the first
        await first.UnplugAsync();
        var second = await VirtualAuthenticator.PlugInAsync(visit.Page);
        await visit.ClickAsync("#add-passkey");
        await visit.GoAsync("/account/passkeys");
        Assert.Equal(2, await visit.Page.Locator("[data-passkey-id]").CountAsync());

        await visit.WithoutSuggestionsAsync();
        await visit.Page.Context.ClearCookiesAsync();
        await visit.GoAsync("/signin?return=%2Faccount%2Fpasskeys");
        await visit.ClickAsync("#passkey-sign-in");
        Assert.Equal($"{server.Issuer}/account/passkeys", visit.Page.Url);

        await visit.Page.ClickAsync("[popovertarget=ask-remove-passkey-1]");
        await visit.ClickAsync("#remove-passkey-1");
        Assert.Equal(1, await visit.Page.Locator("[data-passkey-id]").CountAsync());
        Assert.Equal(1, await second.CountAsync());
    }

    [Fact]
    public async Task Passkeys_are_offered_among_the_suggestions_of_the_name()
    {
        await using var visit = await HolderAsync(await server.AddPersonAsync());

        await visit.GoAsync(server.Authorize(PageServer.Trusted));

        Assert.True((await visit.ReturnAsync()).ContainsKey("code")); // the authenticator is touched at once: nothing was clicked
    }

    [Fact]
    public async Task A_button_that_is_pressed_before_the_suggestions_are_there_is_not_broken_off_by_them()
    {
        await using var visit = await HolderAsync(await server.AddPersonAsync());
        await visit.Page.AddInitScriptAsync("""
            if (window.PublicKeyCredential) {
              PublicKeyCredential.isConditionalMediationAvailable = () => new Promise(answer => { window.offer = () => answer(true); });
              const take = CredentialsContainer.prototype.get;
              CredentialsContainer.prototype.get = function (options) {
                return options.mediation === 'conditional' ? new Promise(() => {}) : new Promise(go => { window.go = go; }).then(() => take.call(this, options));
              };
            }
            """);
        await visit.GoAsync("/signin");
        await visit.Page.ClickAsync("#passkey-sign-in");
        await visit.Page.UntilAsync("window.go !== undefined && window.offer !== undefined");

        await visit.Page.EvaluateAsync("window.offer()"); // what follows from it has run when the page answers again
        await visit.Page.LeaveAsync(() => visit.Page.EvaluateAsync("window.go()"));

        Assert.Equal("account", await visit.NameAsync());
    }

    [Fact]
    public async Task After_the_password_the_passkey_is_asked_for()
    {
        var person = await server.AddPersonAsync();
        var (visit, authenticator) = await HolderAndAuthenticatorAsync(person);
        await using var _ = visit;
        await authenticator.TouchAsync(VirtualAuthenticator.Touch.Never);
        await visit.GoAsync(server.Authorize(PageServer.Trusted));
        await visit.SignInAsync(person.Name);
        Assert.Equal("second-factor", await visit.NameAsync());

        await authenticator.TouchAsync(VirtualAuthenticator.Touch.AtOnce);
        await visit.Page.ClickAsync("#passkey-sign-in");

        Assert.True((await visit.ReturnAsync()).ContainsKey("code"));
    }

    [Fact]
    public async Task A_browser_can_be_trusted_after_a_passkey_too()
    {
        var person = await server.AddPersonAsync();
        var (visit, authenticator) = await HolderAndAuthenticatorAsync(person);
        await using var _ = visit;
        await authenticator.TouchAsync(VirtualAuthenticator.Touch.Never);
        await visit.GoAsync("/signin");
        await visit.SignInAsync(person.Name);
        await visit.Page.CheckAsync("#trust");
        await authenticator.TouchAsync(VirtualAuthenticator.Touch.AtOnce);
        await visit.ClickAsync("#passkey-sign-in");
        await visit.GoAsync("/logout");
        await visit.ClickAsync("#logout-confirm");

        await authenticator.TouchAsync(VirtualAuthenticator.Touch.Never);
        await visit.GoAsync("/signin");
        await visit.SignInAsync(person.Name);

        Assert.Equal("account", await visit.NameAsync());
    }

    [Fact]
    public async Task A_finger_that_is_not_known_is_said_in_words_and_the_button_works_again()
    {
        var person = await server.AddPersonAsync();
        var (visit, authenticator) = await HolderAndAuthenticatorAsync(person);
        await using var _ = visit;
        await authenticator.TouchAsync(VirtualAuthenticator.Touch.Never);
        await visit.GoAsync("/signin");
        await visit.SignInAsync(person.Name);
        await authenticator.TouchAsync(VirtualAuthenticator.Touch.AtOnce);
        await authenticator.KnowAsync(VirtualAuthenticator.Finger.Stranger);

        await visit.Page.ClickAsync("#passkey-sign-in");
        var problem = visit.Page.Locator("[data-passkey-problem]");
        await problem.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Visible });
        Assert.Equal("alert", await problem.GetAttributeAsync("role"));
        await visit.AssertUsableByEverybodyAsync();

        await authenticator.KnowAsync(VirtualAuthenticator.Finger.Owner);
        await visit.ClickAsync("#passkey-sign-in");
        Assert.Equal("account", await visit.NameAsync());
    }

    [Fact]
    public async Task The_device_that_holds_a_passkey_already_says_so()
    {
        var visit = await HolderAsync(await server.AddPersonAsync());
        await using var _ = visit;
        await visit.GoAsync("/signin?return=%2Faccount%2Fpasskeys");
        await visit.Page.WaitForSelectorAsync("#add-passkey");

        await visit.Page.ClickAsync("#add-passkey");
        var problem = visit.Page.Locator("[data-passkey-problem]");
        await problem.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Visible });

        Assert.Contains("already", await problem.TextContentAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await visit.Page.Locator("[data-passkey-id]").CountAsync());
    }

    [Fact]
    public async Task A_passkey_that_was_removed_here_vanishes_from_the_device()
    {
        var person = await server.AddPersonAsync();
        var (visit, authenticator) = await HolderAndAuthenticatorAsync(person);
        await using var _ = visit;
        Assert.SkipWhen(!await visit.Page.EvaluateAsync<bool>("'signalUnknownCredential' in PublicKeyCredential"), "This Chromium has no Signal API.");
        var passkeys = server.Services.GetRequiredService<Passkeys>();
        var only = Assert.Single(await passkeys.ListAsync(person.Id, TestContext.Current.CancellationToken));
        await passkeys.RemoveAsync(new Microsoft.AspNetCore.Http.DefaultHttpContext(), person.Id, only.Id, TestContext.Current.CancellationToken);

        await visit.GoAsync("/signin");
        await visit.Page.ArriveAsync(url => url.Contains("passkey=unknown", StringComparison.Ordinal)); // the suggestion was taken, and refused

        await Until.TrueAsync(async () => await authenticator.CountAsync() == 0, "the device forgets the passkey");
    }

    private async Task<PageVisit> HolderAsync(PagePerson person) => (await HolderAndAuthenticatorAsync(person)).Visit;

    /// <summary>A browser whose authenticator holds the person's only passkey; signed out.</summary>
    private async Task<(PageVisit Visit, VirtualAuthenticator Authenticator)> HolderAndAuthenticatorAsync(PagePerson person)
    {
        var visit = await server.OpenAsync("/signin?return=%2Faccount%2Fpasskeys");
        await visit.SignInAsync(person.Name);
        var authenticator = await VirtualAuthenticator.PlugInAsync(visit.Page);
        await visit.GoAsync("/account/passkeys");
        await visit.ClickAsync("#add-passkey"); // goes on to the backup codes
        await visit.Page.Context.ClearCookiesAsync();
        return (visit, authenticator);
    }
}
