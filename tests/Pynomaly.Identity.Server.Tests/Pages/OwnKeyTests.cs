using System.Text.RegularExpressions;
using Pynomaly.Identity.Clients;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>A person's API keys in a real browser: made, copied, given a new secret, revoked.</summary>
[Collection<MailPageCollection>]
public sealed class OwnKeyTests(MailPageServer server)
{
    [Fact]
    public async Task A_key_is_made_copied_rotated_and_revoked()
    {
        await using var visit = await server.SignedInAsync(await server.AddPersonAsync(roles: "viewer"));
        await visit.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await visit.GoAsync("/account/keys");
        Assert.True(await visit.Page.IsVisibleAsync("#no-keys"));
        await visit.ClickAsync("#add-key");
        Assert.Equal("name", await visit.FocusAsync());

        await visit.Page.FillAsync("#name", "nightly report");
        await visit.Page.CheckAsync("#permission-read-results");
        await visit.Page.SelectOptionAsync("#days", "30");
        await visit.ClickAsync("#create-key");

        var key = await visit.Page.InnerTextAsync("#api-key");
        Assert.Matches($"^{ApiKeyText.Pattern}$", key);
        await visit.Page.ClickAsync("#copy-key");
        await visit.Page.UntilAsync("document.querySelector('#copy-key [data-before], #copy-key[data-before]') !== null"); // it says so when it is done
        Assert.Equal(key, await visit.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await visit.ClickAsync("#key-kept");
        var row = visit.Page.Locator($"li[data-key-id={ApiKeyText.IdOf(key)}]");
        Assert.Contains("Not used yet", await row.InnerTextAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(key, await visit.Page.ContentAsync(), StringComparison.Ordinal);

        await visit.Page.ClickAsync("[popovertarget=ask-rotate-1]");
        await visit.Page.SelectOptionAsync("#overlap-1", "1");
        await visit.ClickAsync("#rotate-1");
        var rotated = await visit.Page.InnerTextAsync("#api-key");
        Assert.NotEqual(key, rotated);
        Assert.Contains("The key before still works until", await row.InnerTextAsync(), StringComparison.Ordinal);

        await visit.Page.ClickAsync("[popovertarget=ask-revoke-1]");
        await visit.ClickAsync("#revoke-1");
        Assert.Contains("Key revoked", await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.Equal("revoked", await row.GetAttributeAsync("data-state"));
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task Every_state_of_the_pages_can_be_used_by_everybody()
    {
        await using var visit = await server.SignedInAsync(await server.AddPersonAsync(roles: "data_scientist"));
        await visit.GoAsync("/account/keys");
        await visit.AssertUsableInEachColourAsync();
        await visit.GoAsync("/account/keys/new");
        await visit.AssertUsableInEachColourAsync();
        await visit.Page.FillAsync("#addresses", "everywhere");
        await visit.ClickAsync("#create-key");
        Assert.Equal(2, await visit.Page.Locator("[aria-invalid=true]").CountAsync());
        Assert.Equal("name", await visit.FocusAsync());
        await visit.AssertUsableInEachColourAsync();

        await visit.Page.FillAsync("#name", "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswess");
        await visit.Page.FillAsync("#addresses", "2001:db8:85a3:1234:5678:8a2e:370:7334, 198.51.100.0/24");
        foreach (var box in await visit.Page.Locator("[name=permissions]").AllAsync()) await box.CheckAsync();
        await visit.ClickAsync("#create-key");
        Assert.Matches(new Regex(ApiKeyText.Pattern), await visit.Page.InnerTextAsync("#new-key"));
        await visit.Page.EvaluateAsync("for (const one of document.querySelectorAll('main details')) one.open = true");
        await visit.AssertUsableInEachColourAsync();

        await visit.GoAsync("/account/keys");
        await visit.Page.EvaluateAsync("for (const one of document.querySelectorAll('main details')) one.open = true");
        await visit.AssertUsableInEachColourAsync();
        await visit.Page.SetViewportSizeAsync(320, 800);
        await visit.Page.ClickAsync("[popovertarget=ask-rotate-1]");
        await visit.AssertUsableInEachColourAsync();
    }
}
