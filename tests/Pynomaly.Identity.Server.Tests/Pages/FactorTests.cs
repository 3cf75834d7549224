using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>The second factor as a person meets it: authenticator app, backup code, trusted browser, step-up.</summary>
public sealed class FactorTests(PageServer server)
{
    [Fact]
    public async Task Whoever_has_an_authenticator_app_is_asked_for_its_code_and_goes_on_to_the_client()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var visit = await server.OpenAsync(server.Authorize(PageServer.Trusted));

        await visit.SignInAsync(person.Name);
        Assert.Equal("second-factor", await visit.NameAsync());
        Assert.Equal("one-time-code", await visit.Page.GetAttributeAsync("#code", "autocomplete"));
        Assert.Equal("numeric", await visit.Page.GetAttributeAsync("#code", "inputmode"));
        var code = person.Code();
        await visit.VerifyAsync($"{code[..3]} {code[3..]}"); // as apps show it

        Assert.True((await visit.ReturnAsync()).ContainsKey("code"));
    }

    [Fact]
    public async Task Until_then_nothing_is_open()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var visit = await server.OpenAsync("/signin");
        await visit.SignInAsync(person.Name);

        await visit.GoAsync("/account");
        Assert.Equal("sign-in", await visit.NameAsync());
    }

    [Fact]
    public async Task The_way_back_is_kept_over_the_second_factor_and_leads_nowhere_else()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var visit = await server.OpenAsync("/signin?return=%2Faccount%2Fsecurity");
        await visit.SignInAsync(person.Name);
        await visit.VerifyAsync(person.Code());
        Assert.Equal("/account/security", new Uri(visit.Page.Url).AbsolutePath);

        var other = await server.AddPersonAsync();
        await using var lured = await server.OpenAsync("/signin?return=%2F%2Fevil.test");
        await lured.SignInAsync(other.Name);
        Assert.Equal($"{server.Issuer}/account", lured.Page.Url);
    }

    [Fact]
    public async Task A_wrong_code_is_said_beside_the_field_and_the_field_has_the_focus()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var visit = await server.OpenAsync("/signin");
        await visit.SignInAsync(person.Name);

        await visit.VerifyAsync("");
        Assert.Contains("Enter the code", await visit.Page.InnerTextAsync("#code-error"), StringComparison.Ordinal);
        await visit.VerifyAsync(person.WrongCode());
        Assert.Contains("not right", await visit.Page.InnerTextAsync("#code-error"), StringComparison.Ordinal);
        Assert.Equal("code", await visit.FocusAsync());
        Assert.Equal("", await visit.Page.InputValueAsync("#code"));
        await visit.AssertUsableByEverybodyAsync();
    }

    [Fact]
    public async Task Too_many_wrong_codes_wait_and_the_page_says_how_long()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var visit = await server.OpenAsync("/signin");
        await visit.SignInAsync(person.Name);
        for (var i = 0; i < 4; i++) await visit.VerifyAsync(person.WrongCode());
        var before = TimeProvider.System.GetUtcNow();
        await visit.VerifyAsync(person.WrongCode());
        Assert.InRange(await PutOffAsync(person, TimeSpan.FromHours(22.5)), before.AddMinutes(1).AddMilliseconds(-1), TimeProvider.System.GetUtcNow().AddMinutes(1)); // nobody knows how much of a minute is left when the page says so

        await visit.Page.FillAsync("#code", person.Code());
        var answer = await visit.Page.RunAndWaitForResponseAsync(() => visit.ClickAsync("#verify"), response => response.Request is { IsNavigationRequest: true, Method: "POST" });

        Assert.Equal(429, answer.Status);
        Assert.Contains("23 hours", await visit.Page.InnerTextAsync(".alert"), StringComparison.Ordinal);
        await visit.AssertUsableByEverybodyAsync();
    }

    [Fact]
    public async Task A_backup_code_stands_last_under_the_other_ways_and_works_once()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        var codes = await server.Services.GetRequiredService<BackupCodes>().MakeAsync(new Microsoft.AspNetCore.Http.DefaultHttpContext(), person.Id, TestContext.Current.CancellationToken);
        await using var visit = await server.OpenAsync("/signin");
        await visit.SignInAsync(person.Name);

        Assert.False(await visit.Page.IsVisibleAsync("#way-backup"));
        await visit.Page.ClickAsync("#ways > summary");
        await visit.AssertUsableByEverybodyAsync();
        await visit.ClickAsync("#way-backup");
        Assert.Equal("second-factor", await visit.NameAsync());
        await visit.AssertUsableByEverybodyAsync();
        await visit.VerifyAsync(codes[0].ToUpperInvariant());
        Assert.Equal("account", await visit.NameAsync());

        await using var again = await server.OpenAsync("/signin");
        await again.SignInAsync(person.Name);
        await again.GoAsync(again.Page.Url.Replace(server.Issuer, "", StringComparison.Ordinal) + "&with=backup");
        await again.VerifyAsync(codes[0]);
        Assert.Contains("has been used", await again.Page.InnerTextAsync("#code-error"), StringComparison.Ordinal);
        await again.VerifyAsync(codes[1]);
        Assert.Equal("account", await again.NameAsync());
    }

    [Fact]
    public async Task A_browser_that_is_trusted_is_not_asked_again_until_a_request_wants_two_factors()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var visit = await server.OpenAsync("/signin");
        await visit.SignInAsync(person.Name);
        Assert.Contains("30 days", await visit.Page.InnerTextAsync("label.check"), StringComparison.Ordinal);
        await visit.Page.CheckAsync("#trust");
        await visit.VerifyAsync(person.Code());
        await visit.GoAsync("/logout");
        await visit.ClickAsync("#logout-confirm");

        await visit.GoAsync("/signin");
        await visit.SignInAsync(person.Name);
        Assert.Equal("account", await visit.NameAsync());

        await visit.GoAsync(server.Authorize(PageServer.Trusted, "&acr_values=mfa"));
        Assert.Equal("second-factor", await visit.NameAsync());
        Assert.False(await visit.Page.IsVisibleAsync("#trust"));
        await visit.VerifyAsync(person.Code());
        Assert.True((await visit.ReturnAsync()).ContainsKey("code"));
    }

    [Fact]
    public async Task The_keyboard_alone_gives_the_code()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var visit = await server.OpenAsync(server.Authorize(PageServer.Trusted));
        await visit.SignInAsync(person.Name);

        Assert.Equal("code", await visit.FocusAsync());
        await visit.Page.Keyboard.TypeAsync(person.Code());
        await visit.Page.Keyboard.PressAsync("Enter");

        Assert.True((await visit.ReturnAsync()).ContainsKey("code"));
    }

    [Fact]
    public async Task It_works_without_script()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var visit = await server.OpenAsync("/signin", new BrowserNewContextOptions { JavaScriptEnabled = false });
        Assert.False(await visit.Page.IsVisibleAsync("#passkey-sign-in"), "a button that does nothing must not be shown");
        await visit.SignInAsync(person.Name);
        await visit.VerifyAsync(person.Code());

        Assert.Equal("account", await visit.NameAsync());
    }

    [Fact]
    public async Task CS_11_A_step_of_another_browser_or_one_that_is_done_leads_back_to_the_first_step()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var visit = await server.OpenAsync("/signin");
        await visit.SignInAsync(person.Name);
        var step = new Uri(visit.Page.Url).PathAndQuery;

        await using var foreign = await server.OpenAsync(step);
        Assert.Equal("sign-in", await foreign.NameAsync());
        Assert.Contains("too long", await foreign.Page.InnerTextAsync(".alert"), StringComparison.Ordinal);
        await foreign.AssertUsableByEverybodyAsync();

        await visit.VerifyAsync(person.Code());
        await visit.GoAsync(step);
        Assert.Equal("account", await visit.NameAsync());
    }

    // Lets the wait after wrong codes last longer; answers when it would have ended.
    private async Task<DateTimeOffset> PutOffAsync(PagePerson person, TimeSpan by) => await server.Services.GetRequiredService<Database>().WriteAsync(async (sql, stop) =>
    {
        var end = await sql.FirstAsync("SELECT factor_lockout_end FROM users WHERE id = $1", row => row.Time(0), stop, person.Id);
        await sql.ExecuteAsync("UPDATE users SET factor_lockout_end = $1 WHERE id = $2", stop, end + by, person.Id);
        return end;
    }, TestContext.Current.CancellationToken);
}
