using Microsoft.Playwright;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Takes pictures of a page as it stands: on a desk and on a phone, each in light and dark. One folder for each.</summary>
internal sealed class Camera(string folder)
{
    private static readonly (string Name, int Width, int Height, ColorScheme Scheme)[] Looks =
    [
        ("desk-light", 1280, 800, ColorScheme.Light), ("desk-dark", 1280, 800, ColorScheme.Dark), ("phone-light", 390, 844, ColorScheme.Light), ("phone-dark", 390, 844, ColorScheme.Dark),
    ];

    /// <summary>A browser that asks for the language of PAGE_LANGUAGE, or English.</summary>
    public static BrowserNewContextOptions Reader => new() { Locale = Environment.GetEnvironmentVariable("PAGE_LANGUAGE") ?? "en" };

    public async Task ShootAsync(PageVisit visit, string name)
    {
        await visit.Page.Mouse.MoveAsync(0, 0); // nothing is hovered over
        foreach (var look in Looks)
        {
            await visit.Page.SetViewportSizeAsync(look.Width, look.Height);
            await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = look.Scheme, ReducedMotion = ReducedMotion.Reduce });
            await visit.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, look.Name, $"{name}.png"), FullPage = true, Animations = ScreenshotAnimations.Disabled });
        }
    }
}
