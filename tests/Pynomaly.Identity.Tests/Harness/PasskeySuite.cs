using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>A suite about passkeys: people of the test's own, and the two ceremonies as the script of the pages walks them.</summary>
public abstract partial class PasskeySuite(TestServer server) : ServerSuite(server)
{
    /// <summary>The passkeys of the server.</summary>
    protected Passkeys Passkeys => Server.Services.GetRequiredService<Passkeys>();

    /// <summary>Enters a person, and answers their id; the name is the id too.</summary>
    protected async Task<string> AddPersonAsync()
    {
        var id = $"person-{Guid.NewGuid():N}";
        var now = Server.Clock.GetUtcNow();
        await using var context = Server.Services.GetRequiredService<ContextFactory>().CreateDbContext();
        context.Users.Add(new User
        {
            Id = id, UserName = id, NormalizedUserName = id.ToUpperInvariant(), Email = $"{id}@example.org", NormalizedEmail = $"{id}@example.org".ToUpperInvariant(), EmailConfirmed = true,
            PasswordHash = TestData.HashOfPassword, Created = now, Updated = now, SecurityStamp = Guid.NewGuid().ToString(),
        });
        await context.SaveChangesAsync();
        return id;
    }

    /// <summary>A person who holds one passkey: this authenticator's.</summary>
    protected async Task<string> AddHolderAsync(SoftAuthenticator authenticator)
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        await SignInByPasswordAsync(browser, person);
        Assert.IsType<PasskeyResult.Added>(await AddAsync(browser, person, authenticator));
        return person;
    }

    /// <summary>Signs a person without factors in.</summary>
    protected async Task SignInByPasswordAsync(Browser browser, string person)
    {
        var signedIn = await browser.FillInAsync(await browser.GetAsync(Paths.SignInPage), person);
        Assert.Equal(Paths.AccountPage, signedIn.Headers.Location?.OriginalString);
    }

    /// <summary>Adds a passkey for the person whom the browser has signed in.</summary>
    protected async Task<PasskeyResult> AddAsync(Browser browser, string person, SoftAuthenticator authenticator, string? name = null)
    {
        var (handle, options) = await BeginAsync(browser, Paths.PasskeyAddOptions);
        return await EndAddingAsync(browser, person, handle, authenticator.Create(options), name);
    }

    /// <summary>Ends adding a passkey.</summary>
    protected Task<PasskeyResult> EndAddingAsync(Browser browser, string person, string handle, string credential, string? name = null) =>
        Passkeys.AddAsync(ContextOf(browser), person, handle, credential, name, CancellationToken.None);

    /// <summary>Begins a ceremony by its options endpoint.</summary>
    protected async Task<(string Handle, JsonElement Options)> BeginAsync(Browser browser, string path = Paths.PasskeyOptions, params (string Name, string Value)[] fields)
    {
        var response = await browser.PostAsync(path, [("__RequestVerificationToken", await TokenAsync(browser)), .. fields]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var json = await response.JsonAsync();
        return (json.GetProperty("handle").GetString()!, json.GetProperty("options"));
    }

    /// <summary>Signs in with the authenticator.</summary>
    protected async Task<HttpResponseMessage> SignInAsync(Browser browser, SoftAuthenticator authenticator, params (string Name, string Value)[] fields)
    {
        var (handle, options) = await BeginAsync(browser, Paths.PasskeyOptions, fields);
        return await EndAsync(browser, handle, authenticator.Get(options), fields);
    }

    /// <summary>Ends a sign-in.</summary>
    protected async Task<HttpResponseMessage> EndAsync(Browser browser, string handle, string credential, params (string Name, string Value)[] fields) => await browser.PostAsync(
        Paths.PasskeySignIn, [("__RequestVerificationToken", await TokenAsync(browser)), ("handle", handle), ("credential", credential), .. fields]);

    /// <summary>Asserts that a sign-in was refused, in the words for every refusal, and that nobody is signed in.</summary>
    protected async Task AssertRefusedAsync(Browser browser, HttpResponseMessage response, string how = "failed")
    {
        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.Equal($"{Paths.SignInPage}?passkey={how}", response.Headers.Location?.OriginalString);
        Assert.NotEqual(HttpStatusCode.OK, (await browser.GetAsync(Paths.AccountPage)).StatusCode);
    }

    /// <summary>Asserts that the person is signed in.</summary>
    protected async Task AssertSignedInAsync(Browser browser, HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.Equal(Paths.AccountPage, response.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(Paths.AccountPage)).StatusCode);
    }

    /// <summary>The antiforgery token of our own pages, once a browser and session, to which it belongs.</summary>
    protected static async Task<string> TokenAsync(Browser browser)
    {
        var session = browser.Cookies.GetCookies(new Uri(TestServer.Issuer))["__Host-pyn_session"]?.Value ?? string.Empty;
        if (Tokens.TryGetValue(browser, out var known) && known.Session == session) return known.Token;
        var html = await (await browser.GetAsync($"{Paths.SetUpPage}?token=none")).Content.ReadAsStringAsync();
        var token = Token().Match(html).Groups[1].Value;
        if (token.Length == 0) token = Token().Match(await (await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("prompt", "login"))))).Content.ReadAsStringAsync()).Groups[1].Value;
        Assert.NotEmpty(token);
        Tokens.AddOrUpdate(browser, new(session, token));
        return token;
    }

    /// <summary>A request of this browser, for what has no page of its own.</summary>
    protected DefaultHttpContext ContextOf(Browser browser)
    {
        var context = new DefaultHttpContext { RequestServices = Server.Services };
        context.Request.Headers.Cookie = browser.Cookies.GetCookieHeader(new Uri(TestServer.Issuer));
        return context;
    }

    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<Browser, PageToken> Tokens = [];

    private sealed record PageToken(string Session, string Token);

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]*)\"")]
    private static partial Regex Token();
}
