using Microsoft.Playwright;
using Pynomaly.Identity.Server.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Samples;

/// <summary>A person in a real browser, from the relying party to the sign-in page, to the API, and out again.</summary>
[Collection<SamplesCollection>]
public sealed class WebAppTests(SamplesFixture samples)
{
    private const float Patience = 90_000;
    private const string Arrived = "#detectors, #api-problem, #sign-in-failed";

    [Fact]
    public async Task A_viewer_signs_in_sees_the_detectors_renews_and_signs_out()
    {
        Assert.SkipWhen(Chromium.WhyUnavailable is not null, Chromium.WhyUnavailable ?? "");
        await using var chromium = await Chromium.StartAsync();
        var page = await SignInAsync(chromium, "ada", samples["SAMPLE_ADA_PASSWORD"]);

        Assert.Equal("Ada Lovelace", await page.TextContentAsync("#user-name"));
        var detectors = await page.EvalOnSelectorAllAsync<string[]>("[data-detector]", "rows => rows.map(row => row.dataset.detector)");
        Assert.Equal(["card-fraud", "pump-vibration", "turbine-heat"], detectors.Where(id => !id.StartsWith("detector-", StringComparison.Ordinal))); // another test may have added one
        Assert.Equal(["viewer"], await BadgesAsync(page, "#roles"));
        Assert.Equal(["read:datasets", "read:detectors", "read:results"], (await BadgesAsync(page, "#permissions")).Order());

        string? before = await page.TextContentAsync("#token-id");
        await page.ClickAsync("#renew");
        await Assertions.Expect(page.Locator("#notice")).ToHaveTextAsync("The access token was renewed.", new() { Timeout = Patience });
        Assert.NotEqual(before, await page.TextContentAsync("#token-id"));

        await page.FillAsync("#name", "Not allowed");
        await page.ClickAsync("#add-detector");
        await Assertions.Expect(page.Locator("#notice")).ToContainTextAsync("insufficient_scope", new() { Timeout = Patience });

        await page.ClickAsync("#sign-out");
        await page.WaitForSelectorAsync("#signed-out-here, #logout-confirm");
        if (await page.QuerySelectorAsync("#logout-confirm") is not null) await page.ClickAsync("#logout-confirm");
        await page.WaitForSelectorAsync("#signed-out-here");
        await page.GotoAsync($"{samples.Web}");
        await page.ClickAsync("#sign-in");
        await page.WaitForSelectorAsync("body[data-page=sign-in]"); // the identity server has forgotten this browser too
    }

    [Fact]
    public async Task A_data_scientist_adds_a_detector()
    {
        Assert.SkipWhen(Chromium.WhyUnavailable is not null, Chromium.WhyUnavailable ?? "");
        await using var chromium = await Chromium.StartAsync();
        var page = await SignInAsync(chromium, "grace", samples["SAMPLE_GRACE_PASSWORD"]);

        await page.FillAsync("#name", "Compressor noise");
        await page.ClickAsync("#add-detector");

        await Assertions.Expect(page.Locator("#notice")).ToHaveTextAsync("Compressor noise was added.", new() { Timeout = Patience });
    }

    [Fact]
    public async Task A_person_ends_the_session_and_sees_the_API_refuse_at_once()
    {
        Assert.SkipWhen(Chromium.WhyUnavailable is not null, Chromium.WhyUnavailable ?? "");
        await using var chromium = await Chromium.StartAsync();
        var page = await SignInAsync(chromium, "ada", samples["SAMPLE_ADA_PASSWORD"]);

        await page.ClickAsync("#end-session");
        await page.ClickAsync("#end-session-now");

        await Assertions.Expect(page.Locator("#attempts")).ToContainTextAsync("The access token was revoked", new() { Timeout = Patience });
        await Assertions.Expect(page.Locator("#attempts tbody tr").First).ToContainTextAsync("200", new() { Timeout = Patience }); // until then it was good
        Assert.NotNull(await page.GetAttributeAsync("#refused", "data-milliseconds"));
        await page.GotoAsync($"{samples.Web}");
        await page.WaitForSelectorAsync("#sign-in");
    }

    private async Task<IPage> SignInAsync(Chromium chromium, string username, string password)
    {
        var page = await chromium.Browser.NewPageAsync();
        page.SetDefaultTimeout(Patience);
        await page.GotoAsync($"{samples.Web}");
        await page.ClickAsync("#sign-in");
        await page.WaitForSelectorAsync("body[data-page=sign-in]");
        await page.FillAsync("#username", username);
        await page.FillAsync("#password", password);
        await page.ClickAsync("#sign-in");
        await page.WaitForSelectorAsync("#consent-allow, #user-name");
        if (await page.QuerySelectorAsync("#consent-allow") is not null) await page.ClickAsync("#consent-allow");
        await page.WaitForSelectorAsync(Arrived);
        // On a starved machine the API may know nothing fresh for a moment: it says 503, and is asked again.
        for (var attempt = 0; attempt < 60 && await page.QuerySelectorAsync("#api-problem") is { } problem && (await problem.TextContentAsync())!.Contains("503", StringComparison.Ordinal); attempt++)
        {
            await page.ReloadAsync();
            await page.WaitForSelectorAsync(Arrived);
        }

        if (await page.QuerySelectorAsync("#detectors") is null) Assert.Fail($"{page.Url}: {await page.TextContentAsync("main")}{Environment.NewLine}{samples.Output}");
        return page;
    }

    private static Task<string[]> BadgesAsync(IPage page, string list) =>
        page.EvalOnSelectorAllAsync<string[]>($"{list} .badge", "badges => badges.map(badge => badge.textContent)");
}
