using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>How people come to an account: by themselves, or invited.</summary>
[Collection<MailPageCollection>]
public sealed class SignUpTests(MailPageServer server)
{
    private const string Password = "nine silent moths circle";

    [Fact]
    public async Task Somebody_makes_an_account_proves_the_address_by_the_mail_and_signs_in()
    {
        var address = $"n{Guid.NewGuid():N}@example.org";
        await using var visit = await server.OpenAsync("/signin");
        await visit.ClickAsync("#sign-up");
        Assert.Equal("sign-up", await visit.NameAsync());

        await AskAsync(visit, "nobody", Password);
        await visit.AssertRefusedAsync("email", "not an e-mail address");
        Assert.Equal("nobody", await visit.Page.InputValueAsync("#email"));
        await AskAsync(visit, address, "password1");
        await visit.AssertRefusedAsync("password", "attackers try first");
        Assert.Equal("", await visit.Page.InputValueAsync("#password"));
        await AskAsync(visit, address, Password);
        Assert.Equal("Check your e-mail", await visit.Page.InnerTextAsync("h1"));

        await visit.FollowMailAsync(address, "Finish your new account", "/verify-email");
        var link = visit.Page.Url;
        Assert.Contains(address, await visit.Page.InnerTextAsync("main"), StringComparison.Ordinal);
        Assert.False(await visit.Page.IsVisibleAsync("#password"), "the browser that asked has typed it already");
        await visit.ClickAsync("#verify-email");
        await visit.ClickAsync("#continue");
        await visit.SignInAsync(address, Password);

        Assert.Equal("account", await visit.NameAsync());
        Assert.Equal(address, await visit.Page.InnerTextAsync("#signed-in-as"));
        await visit.AssertEndedAsync(link);
    }

    [Fact]
    public async Task In_another_browser_the_link_asks_for_the_password_that_was_chosen()
    {
        var address = $"n{Guid.NewGuid():N}@example.org";
        await using var visit = await server.OpenAsync("/signup");
        await AskAsync(visit, address, Password);

        await using var phone = await server.OpenAsync("/dev/mail");
        await phone.FollowMailAsync(address, "Finish your new account", "/verify-email");
        await phone.Page.FillAsync("#password", "wrong wrong wrong");
        await phone.ClickAsync("#verify-email");
        await phone.AssertRefusedAsync("password", "not the password that was chosen");
        await phone.Page.FillAsync("#password", Password);
        await phone.ClickAsync("#verify-email");

        Assert.Equal("Your address is confirmed", await phone.Page.InnerTextAsync("h1"));
    }

    [Fact]
    public async Task An_address_that_has_an_account_is_answered_as_any_other_and_its_owner_is_told()
    {
        var person = await server.AddPersonAsync();
        await using var visit = await server.OpenAsync("/signup");
        await AskAsync(visit, $"n{Guid.NewGuid():N}@example.org", Password);
        var free = await visit.Page.InnerTextAsync("main");

        await visit.GoAsync("/signup");
        await AskAsync(visit, person.Address(), Password);

        Assert.Equal(free, await visit.Page.InnerTextAsync("main"));
        await visit.MailAsync(person.Address(), "You already have an account");
    }

    [Fact]
    public async Task Whoever_is_invited_chooses_name_and_password_and_adds_the_factor_that_the_role_wants()
    {
        var address = $"n{Guid.NewGuid():N}@example.org";
        var person = new PagePerson("", $"p{Guid.NewGuid():N}"[..12]) { Clock = server.Clock };
        await server.Services.GetRequiredService<AccountRegistry>().InviteAsync(Operator.CommandLine, address, [PageServer.Careful], TestContext.Current.CancellationToken);
        await using var visit = await server.OpenAsync("/dev/mail");
        await visit.FollowMailAsync(address, "You are invited", "/invitation");
        var link = visit.Page.Url;
        Assert.Equal(address, await visit.Page.InputValueAsync("#username"));
        Assert.Equal("new-password", await visit.Page.GetAttributeAsync("#password", "autocomplete"));

        await AcceptAsync(visit, PageServer.Username, Password);
        await visit.AssertRefusedAsync("username", "taken");
        await AcceptAsync(visit, person.Name, "short");
        await visit.AssertRefusedAsync("password", "at least");
        Assert.Equal(person.Name, await visit.Page.InputValueAsync("#username"));
        await AcceptAsync(visit, person.Name, Password);

        Assert.Equal("enrol", await visit.NameAsync());
        await visit.ClickAsync("#enrol-app");
        await visit.Page.ClickAsync("#by-hand > summary");
        person.Scan((await visit.Page.InnerTextAsync("#authenticator-key")).Replace(" ", "", StringComparison.Ordinal));
        await visit.VerifyAsync(person.Code());
        await visit.ClickAsync("#codes-stored");
        await visit.ClickAsync("#enrol-done");
        Assert.Equal(person.Name, await visit.Page.InnerTextAsync("#signed-in-as"));
        await visit.AssertEndedAsync(link);
    }

    private static async Task AskAsync(PageVisit visit, string email, string password)
    {
        await visit.Page.FillAsync("#email", email);
        await visit.Page.FillAsync("#password", password);
        await visit.ClickAsync("#sign-up");
    }

    private static async Task AcceptAsync(PageVisit visit, string username, string password)
    {
        await visit.Page.FillAsync("#username", username);
        await visit.Page.FillAsync("#password", password);
        await visit.ClickAsync("#accept-invitation");
    }
}
