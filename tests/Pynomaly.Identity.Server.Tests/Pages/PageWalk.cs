using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Pynomaly.Identity.Mail;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>What people do in more than one test, in one line each.</summary>
internal static class PageWalk
{
    /// <summary>A browser where the person is signed in.</summary>
    public static async Task<PageVisit> SignedInAsync(this PageServer server, PagePerson person, BrowserNewContextOptions? options = null)
    {
        var visit = await server.OpenAsync("/signin", options);
        await visit.SignInAsync(person.Name);
        if (await visit.NameAsync() == "second-factor")
        {
            await visit.ChooseAppAsync();
            await visit.VerifyAsync(person.Code());
        }

        Assert.Equal("account", await visit.NameAsync());
        return visit;
    }

    /// <summary>Proves on the page that asks for it that it is still them: the password, and a code.</summary>
    public static async Task ProveAsync(this PageVisit visit, PagePerson person)
    {
        await visit.Page.FillAsync("#password", PageServer.Password);
        await visit.ClickAsync("#confirm");
        await visit.VerifyAsync(person.Code());
    }

    /// <summary>Takes the authenticator app where a passkey is asked for first.</summary>
    public static async Task ChooseAppAsync(this PageVisit visit)
    {
        if (await visit.Page.IsVisibleAsync("#code")) return;
        await visit.Page.ClickAsync("#ways > summary");
        await visit.ClickAsync("#way-app");
    }

    /// <summary>The address of a person of one test.</summary>
    public static string Address(this PagePerson person) => $"{person.Name}@example.org";

    /// <summary>Where the browser is.</summary>
    public static string Path(this PageVisit visit) => new Uri(visit.Page.Url).AbsolutePath;

    /// <summary>Whether somebody is signed in here: looked up as a person would, on the account's page.</summary>
    public static async Task<bool> IsSignedInAsync(this PageVisit visit)
    {
        await visit.GoAsync("/account");
        return await visit.NameAsync() == "account";
    }

    /// <summary>Opens the mailbox, waits for the mail, and follows its link to the page.</summary>
    public static async Task FollowMailAsync(this PageVisit visit, string address, string subject, string page)
    {
        var link = (await visit.MailAsync(address, subject)).Locator($"a[href*='{page}?']").First;
        await link.ClickAsync();
        await visit.Page.ArriveAsync(url => new Uri(url).AbsolutePath == page);
    }

    /// <summary>Opens the mailbox until the mail is there.</summary>
    public static async Task<ILocator> MailAsync(this PageVisit visit, string address, string subject)
    {
        var mail = visit.Page.Locator("article", new() { Has = visit.Page.GetByText(address, new() { Exact = true }) }).Filter(new() { HasText = subject });
        await Until.TrueAsync(async () =>
        {
            await visit.GoAsync("/dev/mail");
            return await mail.CountAsync() > 0;
        }, $"a mail \"{subject}\" comes to {address}");
        return mail.First;
    }

    /// <summary>Opens a page again and again until this is true there. It may come again by itself meanwhile: what is asked then is asked once more.</summary>
    public static Task GoUntilAsync(this PageVisit visit, string path, string condition) => Until.TrueAsync(async () =>
    {
        try
        {
            await visit.GoAsync(path);
            return await visit.Page.EvaluateAsync<bool>(condition);
        }
        catch (PlaywrightException)
        {
            return false;
        }
    }, $"{condition} at {path}");

    /// <summary>The subjects of the mails to an address, newest first.</summary>
    public static IReadOnlyList<string> SubjectsTo(this PageServer server, string address) =>
        [.. server.Services.GetRequiredService<MailFolder>().List().Where(mail => mail.To == address).Select(mail => mail.Subject)];

    /// <summary>Asserts that the field says why, and has the focus.</summary>
    public static async Task AssertRefusedAsync(this PageVisit visit, string field, string because)
    {
        Assert.Contains(because, await visit.Page.InnerTextAsync($"#{field}-error"), StringComparison.Ordinal);
        Assert.Equal(field, await visit.FocusAsync());
    }

    /// <summary>What the page says that was done.</summary>
    public static Task<string> DoneAsync(this PageVisit visit) => visit.Page.InnerTextAsync("#done");

    /// <summary>Asserts that the link opens nothing any more, and that the page says so kindly.</summary>
    public static async Task AssertEndedAsync(this PageVisit visit, string link)
    {
        Assert.Equal(400, (await visit.GoAsync(link)).Status);
        Assert.Equal("This link does not work any more", await visit.Page.InnerTextAsync("h1"));
        Assert.False(await visit.Page.Locator("main form").IsVisibleAsync());
    }
}
