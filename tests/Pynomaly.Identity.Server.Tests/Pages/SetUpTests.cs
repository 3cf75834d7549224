using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>The first administrator, from the link that the server prints to the account page.</summary>
public sealed class SetUpTests(PageServer server)
{
    [Fact]
    public async Task The_printed_link_makes_one_administrator_and_then_works_no_more()
    {
        await using var own = new PageServer(); // the shared one has owners, and so no link
        await own.InitializeAsync();
        await using var visit = await own.OpenAsync("/signin");
        var link = await own.Services.GetRequiredService<SetUp>().LinkAsync(TestContext.Current.CancellationToken);

        await visit.GoAsync(link!);
        Assert.Equal("setup", await visit.NameAsync());
        Assert.Equal("new-password", await visit.Page.GetAttributeAsync("#password", "autocomplete"));
        await visit.AssertUsableByEverybodyAsync();

        Assert.False(await visit.Page.IsVisibleAsync(".strength"));
        await visit.Page.Locator("#password").PressSequentiallyAsync("password1");
        await visit.Page.WaitForSelectorAsync(".strength-bar[data-score='0']");
        await visit.Page.FillAsync("#password", "nine silent moths circle");
        await visit.Page.WaitForSelectorAsync(".strength-bar[data-score='4']");
        Assert.Equal("Very hard to guess", await visit.Page.InnerTextAsync(".strength-word"));
        await visit.AssertUsableByEverybodyAsync();

        await FillAsync(visit, "", "nobody", "short");
        Assert.Contains("256 characters", await visit.Page.InnerTextAsync("#username-error"), StringComparison.Ordinal);
        Assert.Contains("not an e-mail address", await visit.Page.InnerTextAsync("#email-error"), StringComparison.Ordinal);
        Assert.Contains("at least", await visit.Page.InnerTextAsync("#password-error"), StringComparison.Ordinal);
        Assert.Equal("username", await visit.FocusAsync());

        await FillAsync(visit, "grace", "grace@example.org", "password1");
        Assert.Contains("attackers try first", await visit.Page.InnerTextAsync("#password-error"), StringComparison.Ordinal);
        Assert.Equal("password", await visit.FocusAsync());
        Assert.Equal("grace", await visit.Page.InputValueAsync("#username"));
        Assert.Equal("", await visit.Page.InputValueAsync("#password"));

        await FillAsync(visit, "grace", "grace@example.org", "nine silent moths circle");
        Assert.Equal("enrol", await visit.NameAsync());
        var grace = new PagePerson("", "grace");
        await visit.ClickAsync("#enrol-app");
        await visit.Page.ClickAsync("#by-hand > summary");
        grace.Scan((await visit.Page.InnerTextAsync("#authenticator-key")).Replace(" ", "", StringComparison.Ordinal));
        await visit.VerifyAsync(grace.Code());
        await visit.ClickAsync("#codes-stored");
        await visit.ClickAsync("#enrol-done");
        Assert.Equal("account", await visit.NameAsync());
        Assert.Equal("grace", await visit.Page.InnerTextAsync("#signed-in-as"));

        Assert.Equal(400, (await visit.GoAsync(link!)).Status);
        Assert.False(await visit.Page.IsVisibleAsync("#create-administrator"));
    }

    [Theory]
    [InlineData("/setup")]
    [InlineData("/setup?token=guessed")]
    public async Task A_link_that_was_not_printed_opens_nothing(string path)
    {
        await using var visit = await server.OpenAsync("/signin");

        var answer = await visit.GoAsync(path);

        Assert.Equal(400, answer.Status);
        Assert.False(await visit.Page.IsVisibleAsync("#create-administrator"));
    }

    private static async Task FillAsync(PageVisit visit, string username, string email, string password)
    {
        await visit.Page.FillAsync("#username", username);
        await visit.Page.FillAsync("#email", email);
        await visit.Page.FillAsync("#password", password);
        await visit.ClickAsync("#create-administrator");
    }
}
