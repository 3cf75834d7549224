using Microsoft.Playwright;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>The sign-in page as a person meets it.</summary>
public sealed class SignInTests(PageServer server)
{
    private static readonly BrowserNewContextOptions WithoutScript = new() { JavaScriptEnabled = false };

    [Fact]
    public async Task A_person_signs_in_and_goes_back_to_the_client_with_a_code()
    {
        await using var visit = await server.OpenAsync(server.Authorize(PageServer.Trusted));

        Assert.Equal("sign-in", await visit.NameAsync());
        Assert.Contains("Console", await visit.Page.InnerTextAsync("main"), StringComparison.Ordinal);
        await visit.SignInAsync();

        var answer = await visit.ReturnAsync();
        Assert.Equal("s1", answer["state"]);
        Assert.NotEmpty(answer["code"]);
    }

    [Fact]
    public async Task Signing_in_works_without_script()
    {
        await using var visit = await server.OpenAsync(server.Authorize(PageServer.Trusted), WithoutScript);

        Assert.False(await visit.Page.IsVisibleAsync("[data-reveal]"), "a button that does nothing must not be shown");
        await visit.SignInAsync();

        Assert.True((await visit.ReturnAsync()).ContainsKey("code"));
    }

    [Fact]
    public async Task The_keyboard_alone_signs_in()
    {
        await using var visit = await server.OpenAsync(server.Authorize(PageServer.Trusted));

        Assert.Equal("username", await visit.FocusAsync());
        await visit.Page.Keyboard.TypeAsync(PageServer.Username);
        await visit.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("password", await visit.FocusAsync());
        await visit.Page.Keyboard.TypeAsync(PageServer.Password);
        await visit.Page.Keyboard.PressAsync("Enter");

        Assert.True((await visit.ReturnAsync()).ContainsKey("code"));
    }

    [Fact]
    public async Task The_name_that_signed_in_last_here_is_filled_in_until_somebody_else_says_so()
    {
        var person = await server.AddPersonAsync();
        await using var visit = await server.OpenAsync(server.Authorize(PageServer.Trusted));
        await visit.SignInAsync(person.Name, "not the password");
        await visit.GoAsync("/signin");
        Assert.Equal("", await visit.Page.InputValueAsync("#username")); // a name that was tried is not kept: nobody has proven to be it

        await visit.SignInAsync(person.Name);
        await visit.SignOutAsync();
        await visit.GoAsync(server.Authorize(PageServer.Trusted));
        Assert.Equal(person.Name, await visit.Page.InputValueAsync("#username"));
        Assert.Contains(person.Name, await visit.Page.InnerTextAsync("#forget-name"), StringComparison.Ordinal);
        await visit.GoAsync(server.Authorize(PageServer.Trusted, "&login_hint=somebody"));
        Assert.Equal("somebody", await visit.Page.InputValueAsync("#username"));
        Assert.False(await visit.Page.IsVisibleAsync("#forget-name"));

        await visit.GoAsync(server.Authorize(PageServer.Trusted));
        var waiting = visit.Page.Url;
        await visit.ClickAsync("#forget-name");
        Assert.Equal("", await visit.Page.InputValueAsync("#username"));
        Assert.Equal(waiting, visit.Page.Url); // the request still waits
        await visit.GoAsync("/signin");
        Assert.Equal("", await visit.Page.InputValueAsync("#username"));
    }

    [Fact]
    public async Task The_first_tab_reaches_the_skip_link_and_it_leads_to_the_content()
    {
        await using var visit = await server.OpenAsync("/nowhere");

        await visit.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("#main", await visit.Page.EvaluateAsync<string>("document.activeElement.getAttribute('href')"));
        await visit.Page.Keyboard.PressAsync("Enter");

        Assert.Equal("main", await visit.FocusAsync());
    }

    [Fact]
    public async Task An_empty_form_says_what_is_missing_beside_the_fields_and_puts_the_focus_on_the_first()
    {
        await using var visit = await server.OpenAsync("/signin");

        await visit.ClickAsync("#sign-in");

        Assert.Equal("username", await visit.FocusAsync());
        Assert.Equal("username-error", await visit.Page.GetAttributeAsync("#username", "aria-describedby"));
        Assert.NotEmpty(await visit.Page.InnerTextAsync("#username-error"));
        Assert.NotEmpty(await visit.Page.InnerTextAsync("#password-error"));
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_name_get_the_same_words()
    {
        await using var visit = await server.OpenAsync("/signin");

        await visit.SignInAsync((await server.AddPersonAsync()).Name, "wrong wrong wrong");
        var wrong = await visit.Page.InnerTextAsync("main");
        await visit.SignInAsync("nobody", "wrong wrong wrong");

        Assert.Equal(wrong, await visit.Page.InnerTextAsync("main"));
        Assert.Contains("do not match", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_try_keeps_the_name_and_never_the_password()
    {
        var person = await server.AddPersonAsync();
        await using var visit = await server.OpenAsync("/signin");

        await visit.SignInAsync(person.Name, "wrong wrong wrong");

        Assert.Equal(person.Name, await visit.Page.InputValueAsync("#username"));
        Assert.Equal("", await visit.Page.InputValueAsync("#password"));
        Assert.Equal("password", await visit.FocusAsync());
    }

    [Fact]
    public async Task The_reveal_button_shows_the_password_and_the_form_sends_it_hidden()
    {
        await using var visit = await server.OpenAsync("/signin");

        await visit.Page.FillAsync("#password", "let me see");
        await visit.Page.ClickAsync("[data-reveal]");
        Assert.Equal("text", await visit.Page.GetAttributeAsync("#password", "type"));
        Assert.Equal("true", await visit.Page.GetAttributeAsync("[data-reveal]", "aria-pressed"));

        await visit.Page.ClickAsync("[data-reveal]");
        Assert.Equal("password", await visit.Page.GetAttributeAsync("#password", "type"));
    }

    [Fact]
    public async Task Password_managers_find_their_fields()
    {
        await using var visit = await server.OpenAsync("/signin");

        Assert.Equal("username webauthn", await visit.Page.GetAttributeAsync("#username", "autocomplete"));
        Assert.Equal("current-password", await visit.Page.GetAttributeAsync("#password", "autocomplete"));
    }

    [Fact]
    public async Task A_hint_of_the_client_stands_in_the_form_and_the_focus_on_the_password()
    {
        await using var visit = await server.OpenAsync(server.Authorize(PageServer.Trusted, "&login_hint=ada"));

        Assert.Equal("ada", await visit.Page.InputValueAsync("#username"));
        Assert.Equal("password", await visit.FocusAsync());
    }

    [Fact]
    public async Task A_link_of_another_browser_has_expired_here()
    {
        await using var own = await server.OpenAsync(server.Authorize(PageServer.Trusted));

        await using var foreign = await server.OpenAsync(new Uri(own.Page.Url).PathAndQuery);

        Assert.Equal("expired", await foreign.NameAsync());
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused_and_changes_nothing()
    {
        await using var visit = await server.OpenAsync("/signin");

        await visit.Page.EvaluateAsync("document.querySelector('[name=__RequestVerificationToken]').remove()");
        await visit.SignInAsync();

        Assert.Equal("400", await visit.Page.InnerTextAsync("#error-code"));
        await visit.GoAsync("/account");
        Assert.Equal("sign-in", await visit.NameAsync());
    }

    [Fact]
    public async Task The_chosen_appearance_is_kept()
    {
        await using var visit = await server.OpenAsync("/signin");

        await visit.Page.SelectOptionAsync("#appearance", "dark");
        await visit.Page.ReloadAsync();

        Assert.Equal("dark", await visit.Page.GetAttributeAsync("html", "data-theme"));
        Assert.Equal("dark", await visit.Page.InputValueAsync("#appearance"));
    }

    [Fact]
    public async Task A_clients_accent_is_on_its_button()
    {
        await using var visit = await server.OpenAsync(server.Authorize(PageServer.Trusted));

        Assert.Equal("rgb(15, 118, 110)", await visit.Page.EvaluateAsync<string>("getComputedStyle(document.getElementById('sign-in')).backgroundColor"));
    }

    [Fact]
    public async Task A_logo_that_does_not_load_leaves_the_initials()
    {
        await using var visit = await server.OpenAsync(server.Authorize(PageServer.Trusted));

        await visit.Page.UntilAsync("document.querySelector('.avatar-logo') === null");

        Assert.Equal("C", await visit.Page.InnerTextAsync(".avatar"));
    }
}
