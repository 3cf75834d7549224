using Microsoft.Playwright;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>One person at one browser: goes, fills in, clicks, and looks where they ended.</summary>
public sealed class PageVisit : IAsyncDisposable
{
    // 44 px, but for links within a sentence (WCAG 2.5.5, 2.5.8).
    private const string SmallTargets = """
        [...document.querySelectorAll('button, .button, input:not([type=hidden]):not([type=checkbox]):not([type=radio]), select, label.check, .brand')]
          .filter(e => e.getClientRects().length && !e.closest('[hidden]') && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 120))
        """;

    private readonly PageServer _server;
    private readonly List<string> _complaints = [];

    internal PageVisit(PageServer server, IPage page)
    {
        (_server, Page) = (server, page);
        page.PageError += (_, error) => _complaints.Add(error);
        page.Console += (_, message) =>
        {
            // A page with status 4xx is reported here too, and so is a logo that is gone: both have their own tests.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource:", StringComparison.Ordinal)) _complaints.Add(message.Text);
        };
    }

    public IPage Page { get; }

    /// <summary>What the browser complained of: violations of the policy, errors of the script.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>The page's name.</summary>
    public async Task<string?> NameAsync() => await Page.GetAttributeAsync("body", "data-page");

    public async Task<IResponse> GoAsync(string path) => (await Page.GotoAsync(path))!;

    public async Task SignInAsync(string username = PageServer.Username, string password = PageServer.Password)
    {
        await Page.FillAsync("#username", username);
        await Page.FillAsync("#password", password);
        await ClickAsync("#sign-in");
    }

    /// <summary>Clicks what leads to another page, and waits until that has come.</summary>
    public Task ClickAsync(string selector) => Page.LeaveAsync(() => Page.ClickAsync(selector));

    /// <summary>From the next page on a browser that makes no suggestions of passkeys: where the button is what is tested, they would sign in before it is pressed, or not, as it comes.</summary>
    public async Task WithoutSuggestionsAsync() => await Page.AddInitScriptAsync("if (window.PublicKeyCredential) PublicKeyCredential.isConditionalMediationAvailable = async () => false;");

    /// <summary>Signs out, by the button that does it.</summary>
    public async Task SignOutAsync()
    {
        await GoAsync("/logout");
        await ClickAsync("#logout-confirm");
    }

    /// <summary>Types a code and sends it.</summary>
    public async Task VerifyAsync(string code)
    {
        await Page.FillAsync("#code", code);
        await ClickAsync("#verify");
    }

    /// <summary>Waits until the browser has gone back to the client, and answers the parameters that it brought.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ReturnAsync()
    {
        await Page.ArriveAsync(url => url.StartsWith(_server.RedirectUri, StringComparison.Ordinal));
        return new Uri(Page.Url).Query.TrimStart('?').Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
    }

    /// <summary>The id of the element that has the focus, once the page has given it to one that has an id: autofocus comes after the markup.</summary>
    public async Task<string> FocusAsync()
    {
        await Page.UntilAsync("document.activeElement !== null && document.activeElement.id !== ''");
        return await Page.EvaluateAsync<string>("document.activeElement.id");
    }

    /// <summary>One heading, no sideways scroll, targets large enough, and nothing that axe finds: light and dark, on a small phone and on a desk.</summary>
    public Task AssertUsableByEverybodyAsync() => AssertUsableAsync((320, [ColorScheme.Light, ColorScheme.Dark]), (1280, [ColorScheme.Light, ColorScheme.Dark]));

    /// <summary>The same for one of many pages with the same frame, in half the time: light on a small phone, dark on a desk.</summary>
    public Task AssertUsableInEachColourAsync() => AssertUsableAsync((320, [ColorScheme.Light]), (1280, [ColorScheme.Dark]));

    private async Task AssertUsableAsync(params (int Width, ColorScheme[] Schemes)[] looks)
    {
        Assert.Equal(1, await Page.Locator("h1").CountAsync());
        await Page.Mouse.MoveAsync(0, 0); // nothing is hovered over, which another page notices in its own time
        foreach (var (width, schemes) in looks)
        {
            await Page.SetViewportSizeAsync(width, 800);
            Assert.Equal(0, await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
            Assert.Empty(await Page.EvaluateAsync<string[]>(SmallTargets));
            foreach (var scheme in schemes)
            {
                await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
                Assert.Empty((await Axe.FindAsync(Page)).Select(found => $"{scheme} {width} {found}"));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Page.Context.DisposeAsync();
        Assert.Empty(_complaints);
    }
}
