using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>A person without a mouse: Tab until the thing has the focus, and Enter.</summary>
internal static class Keys
{
    private const int MostTabs = 60;

    /// <summary>Goes to the element by Tab alone. What cannot be reached so, or has no visible ring when it is reached, fails.</summary>
    public static async Task TabToAsync(this PageVisit visit, string selector)
    {
        for (var tabs = 0; tabs <= MostTabs; tabs++)
        {
            if (tabs > 0) await visit.Page.Keyboard.PressAsync("Tab");
            if (!await visit.Page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector)) continue;
            Assert.True(await visit.Page.EvaluateAsync<bool>("getComputedStyle(document.activeElement).outlineStyle !== 'none' || getComputedStyle(document.activeElement).boxShadow !== 'none'"), $"{selector} has no focus ring");
            return;
        }

        Assert.Fail($"{selector} is not reached by Tab");
    }

    /// <summary>Presses a key where the focus is.</summary>
    public static Task PressAsync(this PageVisit visit, string key) => visit.Page.Keyboard.PressAsync(key);

    /// <summary>Types where the focus is.</summary>
    public static Task TypeAsync(this PageVisit visit, string text) => visit.Page.Keyboard.TypeAsync(text);

    /// <summary>Presses Enter, which leads to another page, and waits for that.</summary>
    public static Task EnterAsync(this PageVisit visit) => visit.Page.LeaveAsync(() => visit.PressAsync("Enter"));
}
