using System.Net;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>The applications that use an account, and what happened to it.</summary>
[Collection<MailPageCollection>]
public sealed class OwnAppsTests(MailPageServer server)
{
    [Fact]
    public async Task An_app_that_was_allowed_stands_in_the_list_and_is_shut_out_when_its_access_is_withdrawn()
    {
        await using var visit = await server.SignedInAsync(await server.AddPersonAsync());
        await visit.GoAsync("/account/apps");
        Assert.True(await visit.Page.IsVisibleAsync("#no-apps"));

        var tokens = await AllowAsync(visit);
        var (status, rotated) = await server.RefreshAsync(tokens.GetProperty("refresh_token").GetString()!);
        Assert.Equal(HttpStatusCode.OK, status);
        await visit.GoAsync("/account/apps");
        var app = visit.Page.Locator($"[data-client={MailPageServer.Keeping}]");
        await app.Locator("summary").ClickAsync();
        Assert.Contains("See your e-mail address", await app.InnerTextAsync(), StringComparison.Ordinal);

        await app.Locator("[popovertarget]").First.ClickAsync();
        await visit.ClickAsync($"#{await app.Locator(".button-danger").GetAttributeAsync("id")}");

        Assert.Contains("Access withdrawn", await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.True(await visit.Page.IsVisibleAsync("#no-apps"));
        var (refused, error) = await server.RefreshAsync(rotated.GetProperty("refresh_token").GetString()!);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (refused, error.GetProperty("error").GetString()));
        await visit.GoAsync(Request);
        Assert.Equal("consent", await visit.NameAsync());
    }

    [Fact]
    public async Task The_activity_tells_in_words_what_happened()
    {
        await using var visit = await server.SignedInAsync(await server.AddPersonAsync());
        await AllowAsync(visit);
        await visit.GoAsync("/account/apps");
        await visit.Page.ClickAsync("[popovertarget^=ask-withdraw]");
        await visit.ClickAsync("#withdraw-1");
        await visit.GoAsync("/account/profile");
        await visit.Page.FillAsync("#nickname", "Ace");
        await visit.ClickAsync("#save-profile");

        await visit.GoAsync("/account/activity");

        var entries = visit.Page.Locator("[data-event]");
        var words = await entries.Locator(".row-title > span:first-child").AllInnerTextsAsync();
        Assert.Equal("You changed your profile", words[0]);
        foreach (var sentence in (string[])["You signed in", "You allowed Keeper to use your account", "You withdrew the access of Keeper"]) Assert.Contains(sentence, words);
        foreach (var entry in await entries.AllAsync())
            Assert.DoesNotContain((await entry.GetAttributeAsync("data-event"))!, await entry.InnerTextAsync(), StringComparison.Ordinal);
    }

    private string Request => server.Authorize(MailPageServer.Keeping).Replace("openid%20", "openid%20offline_access%20", StringComparison.Ordinal);

    private async Task<System.Text.Json.JsonElement> AllowAsync(PageVisit visit)
    {
        await visit.GoAsync(Request);
        Assert.Equal("consent", await visit.NameAsync());
        await visit.Page.ClickAsync("#consent-allow");
        return await server.RedeemAsync((await visit.ReturnAsync())["code"]);
    }
}
