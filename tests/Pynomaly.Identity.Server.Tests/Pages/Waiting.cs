using Microsoft.Playwright;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Waiting for a page by asking it now and then. The library's own waiting for a condition asks once a frame, by the page's script: where script is switched off it is asked once and never again.</summary>
internal static class Waiting
{
    private const string Marked = "(document.body.dataset.left = 'true') === 'true'";
    private const string Arrived = "document.readyState === 'complete' && document.body !== null && document.body.dataset.left === undefined && location.protocol !== 'about:'"; // the next page, whichever; between two sites there is an empty one
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90); // a starved machine is slow, not wrong
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    /// <summary>Does what leads to another page, and waits until that has come.</summary>
    public static async Task LeaveAsync(this IPage page, Func<Task> act)
    {
        await page.UntilAsync(Marked);
        await act();
        await page.UntilAsync(Arrived);
    }

    /// <summary>Waits until the browser has come to such an address, and the page there is whole. The library's own waiting for an address can miss the news that a page has come, and then waits in vain.</summary>
    public static async Task ArriveAsync(this IPage page, Func<string, bool> isThere)
    {
        await page.ReachAsync(isThere);
        await page.UntilAsync("document.readyState === 'complete'");
    }

    /// <summary>Waits until the browser is on its way to such an address, also where nobody answers.</summary>
    public static Task ReachAsync(this IPage page, Func<string, bool> isThere) => Until.TrueAsync(() => Task.FromResult(isThere(page.Url)), "the browser comes to the address");

    /// <summary>Waits until this is true on the page; says where the page stood when it never was.</summary>
    public static async Task UntilAsync(this IPage page, string condition)
    {
        var end = TimeProvider.System.GetTimestamp() + (long)(Patience.TotalSeconds * TimeProvider.System.TimestampFrequency);
        var last = "never answered";
        while (TimeProvider.System.GetTimestamp() < end)
        {
            try
            {
                if (await page.EvaluateAsync<bool>(condition).WaitAsync(TimeSpan.FromSeconds(10))) return;
                last = await page.EvaluateAsync<string>("document.readyState + ' ' + document.title").WaitAsync(TimeSpan.FromSeconds(10));
            }
            catch (Exception e) when (e is PlaywrightException or TimeoutException) // between two pages there is nobody to answer
            {
                last = e.Message;
            }

            await Task.Delay(Pause);
        }

        Assert.Fail($"{condition} did not come true at {page.Url} ({last})");
    }
}
