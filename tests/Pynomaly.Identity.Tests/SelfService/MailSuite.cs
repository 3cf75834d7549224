using System.Net;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>What the suites about links in mails share.</summary>
public abstract class MailSuite(MailboxServer server) : ServerSuite(server)
{
    /// <summary>A password that is not the one of everybody.</summary>
    protected const string NewPassword = "eleven brown otters dive";

    protected MailboxServer Mailbox => server;

    protected static string AddressOf(TestPerson person) => $"{person.Name}@example.org";

    /// <summary>Asks for a new password as a person does.</summary>
    protected async Task<HttpResponseMessage> AskResetAsync(string name)
    {
        using var browser = Server.Browser();
        return await browser.SubmitAsync(await browser.GetAsync(Paths.ForgottenPage), "send-link", ("username", name));
    }

    /// <summary>A link for the person, out of the mailbox.</summary>
    protected async Task<string> ResetLinkAsync(TestPerson person)
    {
        await AskResetAsync(person.Name);
        return await Mailbox.LinkAsync(AddressOf(person), Paths.ResetPage);
    }

    /// <summary>Uses a link and its page's button.</summary>
    protected async Task<HttpResponseMessage> UseAsync(string link, string button, params (string Name, string Value)[] fields)
    {
        using var browser = Server.Browser();
        return await UseAsync(browser, link, button, fields);
    }

    protected static async Task<HttpResponseMessage> UseAsync(Browser browser, string link, string button, params (string Name, string Value)[] fields) =>
        await browser.SubmitAsync(await browser.GetAsync(link), button, fields);

    /// <summary>The page that a sign-in leads to.</summary>
    protected async Task<string?> SignInAsync(string name, string password)
    {
        using var browser = Server.Browser();
        return await CodeFlow.PageOfAsync(await browser.FollowAsync(await browser.SubmitAsync(await browser.GetAsync(Paths.SignInPage), "sign-in", ("username", name), ("password", password))));
    }

    protected async Task<bool> IsSignedInAsync(Browser browser) => (await browser.GetAsync(Paths.AccountPage)).StatusCode == HttpStatusCode.OK;

    protected static async Task AssertEndedAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("does not work any more", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>What a browser can tell of an answer: status, target, the names of headers and cookies.</summary>
    protected static string Shape(HttpResponseMessage response) =>
        $"{(int)response.StatusCode} {response.Headers.Location} {string.Join(',', response.Headers.Select(header => header.Key).Order(StringComparer.Ordinal))} "
        + string.Join(',', response.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Select(cookie => cookie.Split('=')[0]) : []);
}
