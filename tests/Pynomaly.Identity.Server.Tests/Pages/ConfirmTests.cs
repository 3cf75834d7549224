using Microsoft.Playwright;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>"Confirm it is you": the person who is signed in, and nobody else.</summary>
public sealed class ConfirmTests(PageServer server)
{
    [Fact]
    public async Task The_password_and_the_second_factor_confirm_and_lead_back()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var visit = await SignedInAsync(person);

        await visit.GoAsync("/signin/confirm?return=%2Faccount%2Fsecurity");
        Assert.Equal("confirm", await visit.NameAsync());
        await visit.AssertUsableByEverybodyAsync();
        await visit.Page.FillAsync("#password", PageServer.Password);
        await visit.ClickAsync("#confirm");
        Assert.Equal("second-factor", await visit.NameAsync());
        await visit.VerifyAsync(person.Code());

        Assert.Equal("/account/security", new Uri(visit.Page.Url).AbsolutePath);
    }

    [Fact]
    public async Task A_browser_that_is_trusted_proves_nothing_here()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var visit = await server.OpenAsync("/signin");
        await visit.SignInAsync(person.Name);
        await visit.Page.CheckAsync("#trust");
        await visit.VerifyAsync(person.Code());

        await visit.GoAsync("/signin/confirm");
        await visit.Page.FillAsync("#password", PageServer.Password);
        await visit.ClickAsync("#confirm");

        Assert.Equal("second-factor", await visit.NameAsync());
    }

    [Fact]
    public async Task A_wrong_password_confirms_nothing_and_keeps_the_session()
    {
        var person = await server.AddPersonAsync();
        await using var visit = await SignedInAsync(person);

        await visit.GoAsync("/signin/confirm");
        await visit.Page.FillAsync("#password", "wrong wrong wrong");
        await visit.ClickAsync("#confirm");

        Assert.Contains("not your password", await visit.Page.InnerTextAsync("#password-error"), StringComparison.Ordinal);
        await visit.GoAsync("/account");
        Assert.Equal("account", await visit.NameAsync());
    }

    [Fact]
    public async Task SE_10_Nobody_else_becomes_signed_in_by_it()
    {
        var (person, other) = (await server.AddPersonAsync(), await server.AddPersonAsync());
        await using var visit = await SignedInAsync(person);
        await visit.GoAsync("/signin/confirm");

        // A name that is sent along is not asked about.
        await visit.Page.EvaluateAsync($"name => document.querySelector('form').insertAdjacentHTML('beforeend', `<input name=username value=\"${{name}}\">`)", other.Name);
        await visit.Page.FillAsync("#password", PageServer.Password);
        await visit.ClickAsync("#confirm");

        await visit.GoAsync("/account");
        var words = await visit.Page.ContentAsync();
        Assert.Contains(person.Name, words, StringComparison.Ordinal);
        Assert.DoesNotContain(other.Name, words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_session_it_is_the_sign_in_page()
    {
        await using var visit = await server.OpenAsync("/signin/confirm?return=%2Faccount%2Fsecurity");

        Assert.Equal("sign-in", await visit.NameAsync());
        Assert.Contains("return=%2Faccount%2Fsecurity", visit.Page.Url, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//evil.test")]
    [InlineData(@"/\evil.test")]
    [InlineData("https:evil.test")]
    [InlineData("/account@evil.test")]
    public async Task OR_02_It_leads_back_to_a_page_of_the_account_only(string way)
    {
        var person = await server.AddPersonAsync();
        await using var visit = await SignedInAsync(person);

        await visit.GoAsync($"/signin/confirm?return={Uri.EscapeDataString(way)}");
        await visit.Page.FillAsync("#password", PageServer.Password);
        await visit.ClickAsync("#confirm");

        Assert.Equal($"{server.Issuer}/account", visit.Page.Url);
    }

    private async Task<PageVisit> SignedInAsync(PagePerson person)
    {
        var visit = await server.OpenAsync("/signin", new BrowserNewContextOptions());
        await visit.SignInAsync(person.Name);
        if (await visit.NameAsync() == "second-factor") await visit.VerifyAsync(person.Code());
        return visit;
    }
}
