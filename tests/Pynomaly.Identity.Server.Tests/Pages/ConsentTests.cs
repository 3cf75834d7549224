using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Consent and the choice of an account as a person meets them.</summary>
public sealed class ConsentTests(PageServer server)
{
    [Fact]
    public async Task The_page_says_who_asks_for_what_in_whose_name_and_where_it_leads()
    {
        await using var visit = await server.OpenAsync(server.Authorize(PageServer.Asking, "&prompt=consent")); // another test may have been remembered
        await visit.SignInAsync();

        Assert.Equal("consent", await visit.NameAsync());
        var words = await visit.Page.InnerTextAsync("main");
        Assert.Contains("Detectors", await visit.Page.InnerTextAsync("h1"), StringComparison.Ordinal);
        Assert.Contains("Ada Lovelace", words, StringComparison.Ordinal);
        Assert.Contains("See your e-mail address", words, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", words, StringComparison.Ordinal);
        Assert.Equal("https://detectors.example/privacy", await visit.Page.Locator("a", new() { HasText = "privacy policy" }).GetAttributeAsync("href"));
        Assert.Equal("https://detectors.example/terms", await visit.Page.Locator("a", new() { HasText = "terms of service" }).GetAttributeAsync("href"));
    }

    [Fact]
    public async Task Denying_tells_the_client_so()
    {
        await using var visit = await server.OpenAsync(server.Authorize(PageServer.Asking, "&prompt=consent"));
        await visit.SignInAsync();

        await visit.Page.ClickAsync("#consent-deny");

        Assert.Equal("access_denied", (await visit.ReturnAsync())["error"]);
    }

    [Fact]
    public async Task What_is_allowed_for_once_is_asked_again_and_what_is_remembered_is_not()
    {
        await using var visit = await server.OpenAsync(server.Authorize(PageServer.Asking));
        await visit.SignInAsync((await server.AddPersonAsync()).Name); // of whom nothing is remembered
        await visit.Page.UncheckAsync("#remember");
        await visit.Page.ClickAsync("#consent-allow");
        Assert.True((await visit.ReturnAsync()).ContainsKey("code"));

        await visit.GoAsync(server.Authorize(PageServer.Asking));
        Assert.Equal("consent", await visit.NameAsync());
        await visit.Page.ClickAsync("#consent-allow");
        Assert.True((await visit.ReturnAsync()).ContainsKey("code"));

        await visit.GoAsync(server.Authorize(PageServer.Asking));
        Assert.True((await visit.ReturnAsync()).ContainsKey("code"));
    }

    [Fact]
    public async Task Enter_in_the_form_never_allows()
    {
        await using var visit = await server.OpenAsync(server.Authorize(PageServer.Asking, "&prompt=consent"));
        await visit.SignInAsync();

        await visit.Page.FocusAsync("#remember");
        await visit.Page.Keyboard.PressAsync("Enter");

        Assert.Equal("access_denied", (await visit.ReturnAsync())["error"]);
    }

    [Fact]
    public async Task An_account_is_chosen_by_one_click()
    {
        await using var visit = await server.OpenAsync("/signin");
        await visit.SignInAsync();
        await visit.GoAsync(server.Authorize(PageServer.Trusted, "&prompt=select_account"));

        Assert.Equal("select-account", await visit.NameAsync());
        await visit.Page.ClickAsync("#continue-as");

        Assert.True((await visit.ReturnAsync()).ContainsKey("code"));
    }

    [Fact]
    public async Task Another_account_can_be_used_instead()
    {
        await using var visit = await server.OpenAsync("/signin");
        await visit.SignInAsync();
        await visit.GoAsync(server.Authorize(PageServer.Trusted, "&prompt=select_account"));

        await visit.ClickAsync("#other-account");

        Assert.Equal("sign-in", await visit.NameAsync());
    }

    [Fact]
    public async Task A_consent_page_without_a_request_has_nothing_to_ask()
    {
        await using var visit = await server.OpenAsync("/consent");

        Assert.Equal("expired", await visit.NameAsync());
    }
}
