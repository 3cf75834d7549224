using Microsoft.Playwright;

namespace Pynomaly.Identity.Server.Tests.Harness;

/// <summary>The system's own headless Chromium, driven by Playwright; nothing is downloaded.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    // Chromium takes the last such switch and no other, so what the library switches off stands here too. Ours are the two last: the address bar's popups are pages of their own, loaded with every
    // window though nobody sees them, and take twice the processor time of the window's own page.
    private const string DisabledFeatures = "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,DialMediaRouteProvider,GlobalMediaControls,HttpsUpgrades,LensOverlay,MediaRouter,PaintHolding,"
        + "ThirdPartyStoragePartitioning,BlockOriginHeaderModificationOnRedirect,AvoidCorsURLLoaderRestartOnRedirect,Translate,AutoDeElevate,OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,"
        + "WebUIOmniboxPopup,WebUIOmniboxAimPopup";

    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", $"--disable-features={DisabledFeatures}",
    ];

    private static readonly string? Executable = Command.Find("chromium", "chromium-browser", "google-chrome");
    private readonly IPlaywright _driver;

    private Chromium(IPlaywright driver, IBrowser browser) => (_driver, Browser) = (driver, browser);

    /// <summary>Why there is no browser here, in words for <c>Assert.SkipWhen</c>; null where there is one, and null in CI, where it must be there.</summary>
    public static string? WhyUnavailable => Executable is null && !Command.InContinuousIntegration ? "Chromium is not installed" : null;

    public IBrowser Browser { get; }

    public static async Task<Chromium> StartAsync()
    {
        var driver = await Playwright.CreateAsync();
        var browser = await driver.Chromium.LaunchAsync(new()
        {
            Timeout = 120_000, // a starved machine is slow, not wrong
            ExecutablePath = Executable ?? throw new InvalidOperationException("Install Chromium: CI runs every test"),
            Args = Flags,
        });
        return new Chromium(driver, browser);
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        _driver.Dispose();
    }
}
