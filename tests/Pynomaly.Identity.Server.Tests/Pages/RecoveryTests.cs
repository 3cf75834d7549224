using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>All second factors lost, somebody else in the account: the ways back that a mailbox opens.</summary>
[Collection<MailPageCollection>]
public sealed class RecoveryTests(MailPageServer server)
{
    private const string NewPassword = "eleven brown otters dive";

    [Fact]
    public async Task Lost_factors_are_removed_by_a_link_that_works_after_a_day()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var visit = await server.OpenAsync("/signin");
        await AskAsync(visit, person);

        await visit.FollowMailAsync(person.Address(), "Recovery of your account", "/recover");
        var link = visit.Page.Url;
        Assert.Contains("works from", await visit.Page.InnerTextAsync("main"), StringComparison.Ordinal);
        Assert.False(await visit.Page.IsVisibleAsync("#reset-factors"));
        server.Clock.Move(TimeSpan.FromHours(24) + TimeSpan.FromMinutes(1));
        await visit.GoAsync(link);
        await visit.ClickAsync("#reset-factors");
        Assert.Equal("Your second factors are removed", await visit.Page.InnerTextAsync("h1"));
        await visit.ClickAsync("#continue");
        await visit.SignInAsync(person.Name);

        Assert.Equal("account", await visit.NameAsync());
        Assert.Equal("add_second_factor", await visit.Page.GetAttributeAsync("[data-advice]", "data-advice"));
        await visit.MailAsync(person.Address(), "Your second factors were removed");
        await visit.AssertEndedAsync(link);
    }

    [Fact]
    public async Task The_owner_stops_a_recovery_by_the_other_link_in_the_mail()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        server.Clock.Move(TimeSpan.FromMinutes(1)); // the app is older than the mail
        await using var thief = await server.OpenAsync("/signin");
        await AskAsync(thief, person);

        await using var owner = await server.OpenAsync("/dev/mail");
        await owner.FollowMailAsync(person.Address(), "Recovery of your account", "/recover");
        var link = owner.Page.Url;
        await owner.FollowMailAsync(person.Address(), "Recovery of your account", "/not-me");
        await owner.ClickAsync("#disavow");
        Assert.Equal("reset", await owner.NameAsync());
        await owner.Page.FillAsync("#password", NewPassword);
        await owner.ClickAsync("#set-password");
        await owner.ClickAsync("#continue");
        await owner.SignInAsync(person.Name, NewPassword);

        Assert.Equal("second-factor", await owner.NameAsync());
        await owner.VerifyAsync(person.Code());
        Assert.Equal("account", await owner.NameAsync());
        await owner.AssertEndedAsync(link);
    }

    [Fact]
    public async Task This_was_not_me_throws_a_thief_out_and_leads_to_a_new_password()
    {
        var person = await server.AddPersonAsync();
        await using var owner = await server.SignedInAsync(person);
        await using var thief = await server.SignedInAsync(person);

        await owner.FollowMailAsync(person.Address(), "New sign-in to your account", "/not-me");
        var link = owner.Page.Url;
        Assert.Contains("throws them out", await owner.Page.InnerTextAsync("main"), StringComparison.Ordinal);
        Assert.True(await thief.IsSignedInAsync(), "opening the link does nothing yet");
        await owner.ClickAsync("#disavow");

        Assert.Equal("reset", await owner.NameAsync());
        Assert.False(await thief.IsSignedInAsync());
        await thief.SignInAsync(person.Name);
        Assert.Equal("sign-in", await thief.NameAsync());
        await owner.Page.FillAsync("#password", NewPassword);
        await owner.ClickAsync("#set-password");
        await owner.ClickAsync("#continue");
        await owner.SignInAsync(person.Name, NewPassword);
        Assert.Equal("account", await owner.NameAsync());
        await owner.AssertEndedAsync(link);
    }

    private static async Task AskAsync(PageVisit visit, PagePerson person)
    {
        await visit.SignInAsync(person.Name);
        await visit.Page.ClickAsync("#ways > summary");
        await visit.ClickAsync("#way-none");
        Assert.Equal("recover", await visit.NameAsync());
        await visit.ClickAsync("#ask-recovery");
        Assert.Contains("24 hours", await visit.Page.InnerTextAsync("main"), StringComparison.Ordinal);
    }
}
