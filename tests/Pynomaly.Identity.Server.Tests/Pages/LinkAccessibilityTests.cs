using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Every page that a mail leads to, or that asks for one, for everybody: in use, after it, and when the link has ended.</summary>
[Collection<MailPageCollection>]
public sealed class LinkAccessibilityTests(MailPageServer server)
{
    [Theory]
    [InlineData("/dev/mail")]
    [InlineData("/forgotten")]
    [InlineData("/forgotten?done=true")]
    [InlineData("/goodbye")]
    [InlineData("/invitation?token=ended")]
    [InlineData("/not-me?done=true")]
    [InlineData("/not-me?token=ended")]
    [InlineData("/recover")]
    [InlineData("/recover?done=true")]
    [InlineData("/recover?sent=true")]
    [InlineData("/recover?token=ended")]
    [InlineData("/reset?done=true")]
    [InlineData("/reset?token=ended")]
    [InlineData("/secured")]
    [InlineData("/signup")]
    [InlineData("/signup?done=true")]
    [InlineData("/verify-email?done=true")]
    [InlineData("/verify-email?token=ended")]
    public async Task A_page_can_be_used_by_everybody(string path)
    {
        await using var visit = await server.OpenAsync(path);

        await visit.AssertUsableInEachColourAsync();
    }

    [Fact]
    public async Task A_page_of_a_living_link_can_be_used_by_everybody()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        var address = $"{Guid.NewGuid():N}{new string('m', 31)}@{new string('m', 60)}.example.org";
        var services = server.Services;
        await services.GetRequiredService<AccountRegistry>().InviteAsync(Operator.CommandLine, address, [], TestContext.Current.CancellationToken);
        await using var visit = await server.OpenAsync("/dev/mail");

        await visit.FollowMailAsync(address, "You are invited", "/invitation");
        await visit.AssertUsableInEachColourAsync();
        await visit.GoAsync((await services.GetRequiredService<AccountRegistry>().ResetFactorsAsync(Operator.CommandLine, person.Id, LinkDelivery.Hand, TestContext.Current.CancellationToken))!);
        await visit.AssertUsableInEachColourAsync();
        await visit.GoAsync("/forgotten");
        await visit.Page.FillAsync("#username", person.Name);
        await visit.ClickAsync("#send-link");
        await visit.FollowMailAsync(person.Address(), "Choose a new password", "/reset");
        await visit.AssertUsableInEachColourAsync();
        await visit.GoAsync("/signup");
        await visit.Page.FillAsync("#email", $"x{address}");
        await visit.Page.FillAsync("#password", PageServer.Password);
        await visit.ClickAsync("#sign-up");
        await visit.FollowMailAsync($"x{address}", "Finish your new account", "/verify-email");
        await visit.AssertUsableInEachColourAsync();
        await visit.GoAsync("/dev/mail");
        await visit.AssertUsableInEachColourAsync();
    }
}
