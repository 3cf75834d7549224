using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>WCAG 2.2 AA as far as a machine can tell, in light and dark, on a small phone and on a desk.</summary>
public sealed class AccessibilityTests(PageServer server)
{
    private static readonly AxeRunOptions Rules = new() { RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice") };

    [Theory]
    [InlineData("home")]
    [InlineData("sign-in")]
    [InlineData("sign-in in error")]
    [InlineData("sign-in for a client")]
    [InlineData("consent")]
    [InlineData("select-account")]
    [InlineData("account")]
    [InlineData("logout")]
    [InlineData("signed-out")]
    [InlineData("error")]
    [InlineData("expired")]
    [InlineData("status")]
    public async Task A_page_can_be_used_by_everybody(string page)
    {
        await using var visit = await server.OpenAsync("/signin");
        await OpenAsync(visit, page);

        Assert.Equal(1, await visit.Page.Locator("h1").CountAsync());
        foreach (var width in (int[])[320, 1280])
        {
            await visit.Page.SetViewportSizeAsync(width, 800);
            Assert.Equal(0, await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
            Assert.Empty(await visit.Page.EvaluateAsync<string[]>(SmallTargets));
            foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
            {
                await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
                var result = await visit.Page.RunAxe(Rules);
                Assert.Empty(result.Violations.Select(violation => $"{scheme} {width} {violation.Id}: {string.Join(" | ", violation.Nodes.Select(node => node.Html))}"));
            }
        }
    }

    // 44 px, but for links within a sentence (WCAG 2.5.5, 2.5.8).
    private const string SmallTargets = """
        [...document.querySelectorAll('button, .button, input:not([type=hidden]):not([type=checkbox]), select, label.check, .brand')]
          .filter(e => e.getClientRects().length && !e.closest('[hidden]') && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 120))
        """;

    private async Task OpenAsync(PageVisit visit, string page)
    {
        switch (page)
        {
            case "home": await visit.GoAsync("/"); break;
            case "sign-in": break;
            case "sign-in in error": await visit.SignInAsync("", ""); break;
            case "sign-in for a client": await visit.GoAsync(server.Authorize(PageServer.Asking)); break;
            case "signed-out": await visit.GoAsync("/signed-out"); break;
            case "error": await visit.GoAsync("/connect/authorize?client_id=nobody"); break;
            case "expired": await visit.GoAsync("/consent?interaction=unknown"); break;
            case "status": await visit.GoAsync("/nowhere"); break;
            default:
                await visit.SignInAsync();
                await visit.GoAsync(page switch
                {
                    "consent" => server.Authorize(PageServer.Asking, "&prompt=consent"),
                    "select-account" => server.Authorize(PageServer.Trusted, "&prompt=select_account"),
                    "account" => "/account",
                    _ => "/logout",
                });
                break;
        }
    }
}
