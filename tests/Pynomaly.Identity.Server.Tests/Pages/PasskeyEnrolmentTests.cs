using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Passkeys on the way in: added while signing in, offered first afterwards, and proof of who is signed in.</summary>
public sealed class PasskeyEnrolmentTests(PageServer server)
{
    [Fact]
    public async Task A_passkey_is_added_on_the_way_in_and_then_signs_in_without_a_name()
    {
        var person = await server.AddPersonAsync(WithApp.No, PageServer.Careful);
        await using var visit = await server.OpenAsync(server.Authorize(PageServer.Trusted));
        var authenticator = await VirtualAuthenticator.PlugInAsync(visit.Page);

        await EnrolAsync(visit, person);
        Assert.Equal(1, await authenticator.CountAsync());
        await visit.ClickAsync("#codes-stored");
        Assert.Equal("enrol-name", await visit.NameAsync());
        Assert.NotEmpty(await visit.Page.InputValueAsync("#name"));
        await visit.Page.ClickAsync("#enrol-done");
        Assert.True((await visit.ReturnAsync()).ContainsKey("code"));

        await SignOutAsync(visit);
        await visit.WithoutSuggestionsAsync();
        await visit.GoAsync(server.Authorize(PageServer.Trusted));
        await visit.Page.ClickAsync("#passkey-sign-in");
        Assert.True((await visit.ReturnAsync()).ContainsKey("code"));
    }

    [Fact]
    public async Task A_passkey_is_offered_first_after_a_password_and_an_authenticator_app_after_it()
    {
        var person = await server.AddPersonAsync(WithApp.No, PageServer.Careful);
        await using var visit = await server.OpenAsync("/signin");
        await VirtualAuthenticator.PlugInAsync(visit.Page);
        await EnrolAsync(visit, person);
        await SignOutAsync(visit);

        await visit.WithoutSuggestionsAsync();
        await visit.GoAsync("/signin");
        await visit.SignInAsync(person.Name);
        Assert.Equal("second-factor", await visit.NameAsync());
        Assert.True(await visit.Page.IsVisibleAsync("#passkey-sign-in"));
        Assert.False(await visit.Page.IsVisibleAsync(".passkey-none"));
        Assert.Equal("passkey-sign-in", await visit.FocusAsync());
        await visit.AssertUsableByEverybodyAsync();

        await visit.ClickAsync("#passkey-sign-in");
        Assert.Equal("account", await visit.NameAsync());
    }

    [Fact]
    public async Task A_passkey_confirms_who_is_signed_in()
    {
        var person = await server.AddPersonAsync(WithApp.No, PageServer.Careful);
        await using var visit = await server.OpenAsync("/signin");
        await VirtualAuthenticator.PlugInAsync(visit.Page);
        await EnrolAsync(visit, person);

        await visit.GoAsync("/signin/confirm?return=%2Faccount%2Fsecurity");
        await visit.AssertUsableByEverybodyAsync();
        await visit.ClickAsync("#passkey-sign-in");

        Assert.Equal("/account/security", new Uri(visit.Page.Url).AbsolutePath);
    }

    [Fact]
    public async Task A_ceremony_that_is_broken_off_is_said_and_can_begin_again()
    {
        var person = await server.AddPersonAsync(WithApp.No, PageServer.Careful);
        await using var visit = await server.OpenAsync("/signin");
        var authenticator = await VirtualAuthenticator.PlugInAsync(visit.Page);
        await visit.SignInAsync(person.Name);

        await authenticator.KnowAsync(VirtualAuthenticator.Finger.Stranger);
        await visit.Page.ClickAsync("#enrol-passkey");
        await visit.Page.WaitForSelectorAsync("[data-passkey-problem]:not([hidden])");
        await visit.AssertUsableByEverybodyAsync();

        await authenticator.KnowAsync(VirtualAuthenticator.Finger.Owner);
        await visit.ClickAsync("#enrol-passkey");
        Assert.Equal("enrol-codes", await visit.NameAsync());
    }

    private static async Task EnrolAsync(PageVisit visit, PagePerson person)
    {
        await visit.SignInAsync(person.Name);
        Assert.Equal("enrol", await visit.NameAsync());
        await visit.ClickAsync("#enrol-passkey");
        Assert.Equal("enrol-codes", await visit.NameAsync());
    }

    private static async Task SignOutAsync(PageVisit visit)
    {
        await visit.GoAsync("/logout");
        await visit.ClickAsync("#logout-confirm");
    }
}
