using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Whoever leaves the sign-in to look into the mailbox comes back to where they were going, in the same browser and nowhere else.</summary>
public sealed class OnwardTests
{
    private const string NewPassword = "nine silent moths circle";

    [Fact]
    public async Task A_forgotten_password_does_not_lose_the_client_that_waits()
    {
        await using var mailbox = await Mailbox.StartAsync();
        var server = mailbox.Server;
        var person = await server.AddPersonAsync();
        await using var visit = await server.OpenAsync(server.Authorize(PageServer.Trusted, "&ui_locales=de"));

        await visit.ClickAsync("#forgotten");
        Assert.Equal("de", await visit.Page.GetAttributeAsync("html", "lang"));
        await visit.Page.FillAsync("#username", person.Name);
        await visit.ClickAsync("#send-link");
        var link = await Mailbox.LinkAsync(visit, "/reset");
        Assert.DoesNotContain("interaction", link, StringComparison.Ordinal);

        await visit.GoAsync(link);
        await visit.Page.FillAsync("#password", NewPassword);
        await visit.ClickAsync("#set-password");
        await visit.ClickAsync("#continue");
        Assert.Equal("sign-in", await visit.NameAsync());
        await visit.SignInAsync(person.Name, NewPassword);

        Assert.True((await visit.ReturnAsync()).ContainsKey("code"));
    }

    [Fact]
    public async Task An_account_that_is_made_on_the_way_goes_on_to_the_client_that_waits()
    {
        await using var mailbox = await Mailbox.StartAsync(("Identity:Accounts:SelfRegistration", "true"));
        var server = mailbox.Server;
        await using var visit = await server.OpenAsync(server.Authorize(PageServer.Trusted));

        await visit.ClickAsync("#sign-up");
        await visit.Page.FillAsync("#email", "newcomer@example.org");
        await visit.Page.FillAsync("#password", NewPassword);
        await visit.ClickAsync("#sign-up");
        var link = await Mailbox.LinkAsync(visit, "/verify-email");
        await visit.GoAsync(link);
        await visit.ClickAsync("#verify-email");
        Assert.Equal("Go on to Console", await visit.Page.InnerTextAsync("#continue"));
        await visit.ClickAsync("#continue");
        await visit.SignInAsync("newcomer@example.org", NewPassword);

        Assert.True((await visit.ReturnAsync()).ContainsKey("code"));
    }
}
