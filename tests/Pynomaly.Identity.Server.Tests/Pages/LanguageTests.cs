using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Pynomaly.Identity.Protocol;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>The reader's language: what the person chose in this browser, what the client asks for, what the browser asks for, English.</summary>
public sealed class LanguageTests(PageServer server)
{
    [Theory]
    [InlineData("de-AT", "de", "Anmelden")]
    [InlineData("fr", "fr", "Connexion")]
    [InlineData("es-MX", "es", "Iniciar sesión")]
    [InlineData("ja-JP", "ja", "ログイン")]
    [InlineData("en-GB", "en", "Sign in")]
    [InlineData("tlh", "en", "Sign in")]
    public async Task A_page_speaks_the_language_of_the_browser(string browser, string language, string title)
    {
        await using var visit = await server.OpenAsync("/signin", new BrowserNewContextOptions { Locale = browser });

        Assert.Equal(language, await visit.Page.GetAttributeAsync("html", "lang"));
        Assert.Equal(title, await visit.Page.InnerTextAsync("h1"));
    }

    [Fact]
    public async Task What_the_client_asks_for_goes_before_the_browsers_and_holds_for_every_step()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var visit = await server.OpenAsync(server.Authorize(PageServer.Trusted, "&ui_locales=tlh%20fr-CA%20de"), new BrowserNewContextOptions { Locale = "es" });

        Assert.Equal("fr", await visit.Page.GetAttributeAsync("html", "lang"));
        await visit.SignInAsync(person.Name);
        Assert.Equal("second-factor", await visit.NameAsync());
        Assert.Equal("fr", await visit.Page.GetAttributeAsync("html", "lang"));

        await visit.GoAsync("/signin");
        Assert.Equal("es", await visit.Page.GetAttributeAsync("html", "lang"));
    }

    [Fact]
    public async Task What_is_chosen_on_the_page_goes_before_what_the_client_asks_for()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var visit = await server.OpenAsync(server.Authorize(PageServer.Trusted, "&ui_locales=fr"), new BrowserNewContextOptions { JavaScriptEnabled = false });

        await visit.Page.SelectOptionAsync("#page-language", "de");
        await visit.ClickAsync("#change-language");
        Assert.Equal("de", await visit.Page.GetAttributeAsync("html", "lang"));
        await visit.SignInAsync(person.Name);

        Assert.Equal("second-factor", await visit.NameAsync());
        Assert.Equal("de", await visit.Page.GetAttributeAsync("html", "lang"));
    }

    [Fact]
    public async Task What_is_chosen_in_the_footer_is_kept_before_and_after_the_sign_in()
    {
        await using var visit = await server.OpenAsync("/signin");

        await visit.Page.LeaveAsync(() => visit.Page.SelectOptionAsync("#page-language", "ja"));
        Assert.Equal("ja", await visit.Page.GetAttributeAsync("html", "lang"));
        Assert.Equal("ja", await visit.Page.InputValueAsync("#page-language"));

        await visit.SignInAsync();
        Assert.Equal("ja", await visit.Page.GetAttributeAsync("html", "lang"));
        await visit.GoAsync("/account/appearance");
        Assert.Equal("ja", await visit.Page.InputValueAsync("#language"));
        await visit.Page.SelectOptionAsync("#language", "de");
        await visit.ClickAsync("#save-appearance");
        Assert.Equal("de", await visit.Page.GetAttributeAsync("html", "lang"));
    }

    [Fact]
    public async Task The_footer_changes_the_language_without_script_and_stays_on_the_page()
    {
        await using var visit = await server.OpenAsync("/signin?return=%2Faccount%2Fsessions", new BrowserNewContextOptions { JavaScriptEnabled = false });

        await visit.Page.SelectOptionAsync("#page-language", "fr");
        await visit.ClickAsync("#change-language");
        Assert.Equal("fr", await visit.Page.GetAttributeAsync("html", "lang"));
        Assert.Equal("/signin?return=%2Faccount%2Fsessions", new Uri(visit.Page.Url).PathAndQuery);

        await visit.GoAsync("/");
        Assert.Equal("fr", await visit.Page.GetAttributeAsync("html", "lang"));
    }

    [Fact]
    public async Task With_script_the_choice_is_taken_at_once_and_has_no_button()
    {
        await using var visit = await server.OpenAsync("/signin");

        Assert.True(await visit.Page.IsVisibleAsync("#page-language"));
        Assert.False(await visit.Page.IsVisibleAsync("#change-language"));
    }

    [Theory]
    [InlineData("https://evil.test/")]
    [InlineData("//evil.test")]
    [InlineData("")]
    public async Task OR_02_The_form_of_the_language_goes_back_to_pages_of_our_making_only(string back)
    {
        await using var visit = await server.OpenAsync("/signin");
        var form = visit.Page.APIRequest.CreateFormData();
        form.Set("language", "de");
        form.Set("back", back);

        var answer = await visit.Page.APIRequest.PostAsync("/language", new APIRequestContextOptions { Form = form, MaxRedirects = 0 });

        Assert.Equal(303, answer.Status);
        Assert.Equal("/", answer.Headers["location"]);
    }

    [Theory]
    [InlineData("de")]
    [InlineData("fr")]
    [InlineData("es")]
    [InlineData("ja")]
    public async Task The_pages_can_be_used_by_everybody_in_every_language(string language)
    {
        var person = await server.AddPersonAsync(WithApp.No, PageServer.Careful);
        await using var visit = await server.OpenAsync("/signin", new BrowserNewContextOptions { Locale = language });
        await visit.AssertUsableByEverybodyAsync();
        await visit.SignInAsync(person.Name);
        await visit.AssertUsableByEverybodyAsync();
        await visit.ClickAsync("#enrol-app");
        await visit.AssertUsableByEverybodyAsync();
    }

    [Fact]
    public async Task Discovery_names_the_languages()
    {
        await using var visit = await server.OpenAsync("/signin");
        var answer = await visit.Page.APIRequest.GetAsync(Paths.Configuration);

        var named = JsonNode.Parse(await answer.TextAsync())!["ui_locales_supported"]!.AsArray().Select(tag => tag!.GetValue<string>());
        Assert.Equal(["en", "de", "fr", "es", "ja"], named);
    }

    [Theory]
    [InlineData("c=../../etc|uic=../../etc")]
    [InlineData("//evil.test")]
    public async Task OR_02_A_language_that_is_none_is_English(string chosen)
    {
        await using var visit = await server.OpenAsync("/signin");
        await visit.Page.Context.AddCookiesAsync([new Cookie { Name = "language", Value = Uri.EscapeDataString(chosen), Url = server.Issuer }]);

        await visit.GoAsync("/signin?ui_locales=..%2F..%20%2F%2Fevil.test");

        Assert.Equal("en", await visit.Page.GetAttributeAsync("html", "lang"));
    }
}
