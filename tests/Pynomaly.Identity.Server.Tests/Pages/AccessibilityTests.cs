using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>WCAG 2.2 AA as far as a machine can tell, in light and dark, on a small phone and on a desk.</summary>
public sealed class AccessibilityTests(PageServer server)
{
    [Fact]
    public async Task A_picture_without_words_would_be_found()
    {
        await using var visit = await server.OpenAsync("/signin");
        Assert.Empty(await Axe.FindAsync(visit.Page));
        await visit.Page.EvaluateAsync("document.querySelector('main').append(new Image())");

        Assert.StartsWith("image-alt", Assert.Single(await Axe.FindAsync(visit.Page)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("home")]
    [InlineData("sign-in")]
    [InlineData("sign-in in error")]
    [InlineData("sign-in for a client")]
    [InlineData("sign-in of who was here before")]
    [InlineData("consent")]
    [InlineData("select-account")]
    [InlineData("account")]
    [InlineData("logout")]
    [InlineData("signed-out")]
    [InlineData("error")]
    [InlineData("expired")]
    [InlineData("status")]
    public async Task A_page_can_be_used_by_everybody(string page)
    {
        await using var visit = await server.OpenAsync("/signin");
        await OpenAsync(visit, page);

        await visit.AssertUsableByEverybodyAsync();
    }

    private async Task OpenAsync(PageVisit visit, string page)
    {
        switch (page)
        {
            case "home": await visit.GoAsync("/"); break;
            case "sign-in": break;
            case "sign-in in error": await visit.SignInAsync("", ""); break;
            case "sign-in of who was here before":
                await visit.SignInAsync();
                await visit.SignOutAsync();
                await visit.GoAsync("/signin");
                Assert.True(await visit.Page.IsVisibleAsync("#forget-name"));
                break;
            case "sign-in for a client": await visit.GoAsync(server.Authorize(PageServer.Asking)); break;
            case "signed-out": await visit.GoAsync("/signed-out"); break;
            case "error": await visit.GoAsync("/connect/authorize?client_id=nobody"); break;
            case "expired": await visit.GoAsync("/consent?interaction=unknown"); break;
            case "status": await visit.GoAsync("/nowhere"); break;
            default:
                await visit.SignInAsync();
                await visit.GoAsync(page switch
                {
                    "consent" => server.Authorize(PageServer.Asking, "&prompt=consent"),
                    "select-account" => server.Authorize(PageServer.Trusted, "&prompt=select_account"),
                    "account" => "/account",
                    _ => "/logout",
                });
                break;
        }
    }
}
