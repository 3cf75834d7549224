using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>A recovery of second factors that somebody else began is seen by whoever is signed in, and stopped by one click.</summary>
[Collection<MailPageCollection>]
public sealed class StoppedRecoveryTests(MailPageServer server)
{
    [Fact]
    public async Task The_account_shows_a_recovery_that_is_under_way_and_stops_it()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var owner = await server.OpenAsync("/signin");
        await owner.SignInAsync(person.Name);
        await owner.VerifyAsync(person.Code());
        Assert.False(await owner.Page.IsVisibleAsync("#recovery"));

        await using var other = await server.OpenAsync("/signin");
        await other.SignInAsync(person.Name);
        await other.Page.ClickAsync("#ways > summary");
        await other.ClickAsync("#way-none");
        await other.ClickAsync("#ask-recovery");

        await owner.GoAsync("/account");
        await owner.AssertUsableByEverybodyAsync();
        await owner.ClickAsync("#stop-recovery");

        Assert.Contains("Stopped", await owner.Page.InnerTextAsync("#done"), StringComparison.Ordinal);
        Assert.False(await owner.Page.IsVisibleAsync("#recovery"));
        await owner.GoAsync("/account");
        Assert.False(await owner.Page.IsVisibleAsync("#recovery"));
    }
}
