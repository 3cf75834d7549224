using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>A new password and another e-mail address, by the forms of the account.</summary>
[Collection<MailPageCollection>]
public sealed class OwnPasswordTests(MailPageServer server)
{
    private const string NewPassword = "eleven brown otters dive";

    [Fact]
    public async Task A_password_is_changed_by_the_current_one_and_signs_other_browsers_out()
    {
        var person = await server.AddPersonAsync();
        await using var elsewhere = await server.SignedInAsync(person);
        await using var visit = await server.SignedInAsync(person);
        await visit.GoAsync("/account/security");
        await visit.ClickAsync("#change-password");

        await ChangeAsync(visit, "", "");
        Assert.NotEmpty(await visit.Page.InnerTextAsync("#password-error"));
        await visit.AssertRefusedAsync("current-password", "Enter your current password");
        await ChangeAsync(visit, "wrong wrong wrong", NewPassword);
        await visit.AssertRefusedAsync("current-password", "not your current password");
        await ChangeAsync(visit, PageServer.Password, "password1");
        await visit.AssertRefusedAsync("password", "attackers try first");
        Assert.Equal("", await visit.Page.InputValueAsync("#current-password"));
        Assert.True(await elsewhere.IsSignedInAsync());
        await ChangeAsync(visit, PageServer.Password, NewPassword);

        Assert.Equal("/account/security", visit.Path());
        Assert.Contains("Password changed", await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.False(await elsewhere.IsSignedInAsync());
        Assert.True(await visit.IsSignedInAsync());
        await visit.MailAsync(person.Address(), "Your password was changed");
        await elsewhere.SignInAsync(person.Name, NewPassword);
        Assert.Equal("account", await elsewhere.NameAsync());
    }

    [Fact]
    public async Task Password_managers_find_the_form_by_the_well_known_address()
    {
        await using var visit = await server.SignedInAsync(await server.AddPersonAsync());

        await visit.GoAsync("/.well-known/change-password");

        Assert.Equal("/account/security/password", visit.Path());
        Assert.Equal("current-password", await visit.Page.GetAttributeAsync("#current-password", "autocomplete"));
        Assert.Equal("new-password", await visit.Page.GetAttributeAsync("#password", "autocomplete"));
    }

    [Fact]
    public async Task An_address_is_proven_by_the_link_where_one_is_signed_in_and_the_old_one_is_told()
    {
        var person = await server.AddPersonAsync();
        var next = $"n{Guid.NewGuid():N}@example.org";
        await using var elsewhere = await server.SignedInAsync(person);
        await using var visit = await server.SignedInAsync(person);
        await visit.GoAsync("/account/security");
        await visit.ClickAsync("#change-email");
        await ChangeAsync(visit, "nobody");
        await visit.AssertRefusedAsync("email", "Enter an e-mail address");
        Assert.Equal("nobody", await visit.Page.InputValueAsync("#email"));
        await ChangeAsync(visit, next);
        Assert.Contains("on its way", await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.Contains(person.Address(), await visit.Page.InnerTextAsync("main"), StringComparison.Ordinal);

        await using var stranger = await server.OpenAsync("/dev/mail");
        await stranger.FollowMailAsync(next, "Confirm your new e-mail address", "/verify-email");
        Assert.Contains("Sign in first", await stranger.Page.InnerTextAsync("main"), StringComparison.Ordinal);
        Assert.False(await stranger.Page.IsVisibleAsync("#verify-email"));

        await visit.FollowMailAsync(next, "Confirm your new e-mail address", "/verify-email");
        var link = visit.Page.Url;
        await visit.ClickAsync("#verify-email");
        await visit.ClickAsync("#continue");
        Assert.Equal("account", await visit.NameAsync());
        Assert.Contains(next, await visit.Page.InnerTextAsync("main"), StringComparison.Ordinal);
        Assert.False(await elsewhere.IsSignedInAsync());
        await visit.MailAsync(person.Address(), "Your e-mail address was changed");
        await visit.AssertEndedAsync(link);
    }

    [Fact]
    public async Task UE_05_An_address_of_somebody_else_is_answered_as_any_other()
    {
        var (person, other) = (await server.AddPersonAsync(), await server.AddPersonAsync());
        await using var visit = await server.SignedInAsync(person);
        await visit.GoAsync("/account/security/email");
        await ChangeAsync(visit, $"n{Guid.NewGuid():N}@example.org");
        var free = await visit.Page.InnerTextAsync("main");

        await visit.GoAsync("/account/security/email");
        await ChangeAsync(visit, other.Address());

        Assert.Equal(free, await visit.Page.InnerTextAsync("main"));
        await visit.MailAsync(other.Address(), "You already have an account");
    }

    [Fact]
    public async Task A_while_after_the_sign_in_an_address_is_changed_only_after_a_fresh_proof()
    {
        var person = await server.AddPersonAsync();
        await using var visit = await server.SignedInAsync(person);
        server.Clock.Move(TimeSpan.FromMinutes(11));

        await visit.GoAsync("/account/security/email");
        Assert.Equal("confirm", await visit.NameAsync());
        await visit.Page.FillAsync("#password", PageServer.Password);
        await visit.ClickAsync("#confirm");
        Assert.Equal("/account/security/email", visit.Path());

        server.Clock.Move(TimeSpan.FromMinutes(11)); // the form was left open
        await ChangeAsync(visit, $"n{Guid.NewGuid():N}@example.org");
        Assert.Equal("confirm", await visit.NameAsync());
        Assert.Equal("?return=%2Faccount%2Fsecurity%2Femail", new Uri(visit.Page.Url).Query);
    }

    private static async Task ChangeAsync(PageVisit visit, string current, string password)
    {
        await visit.Page.FillAsync("#current-password", current);
        await visit.Page.FillAsync("#password", password);
        await visit.ClickAsync("#set-password");
    }

    private static async Task ChangeAsync(PageVisit visit, string email)
    {
        await visit.Page.FillAsync("#email", email);
        await visit.ClickAsync("#change-email");
    }
}
