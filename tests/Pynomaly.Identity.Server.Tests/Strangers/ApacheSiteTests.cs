using System.Net;
using Microsoft.Playwright;
using Pynomaly.Identity.Server.Tests.Harness;
using Pynomaly.Identity.Server.Tests.Pages;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary><c>samples/strangers/apache/relying-party.conf</c>: a person and their browser before a site that Apache guards.</summary>
[Collection<StrangersCollection>]
public sealed class ApacheSiteTests(StrangersFixture strangers, ApacheSite site) : IClassFixture<ApacheSite>
{
    private string Site => strangers.Site.Address.AbsoluteUri;

    [Fact]
    public async Task A_person_signs_in_sees_the_page_with_their_name_and_signs_out()
    {
        SkipWithoutApache();
        Assert.SkipWhen(Chromium.WhyUnavailable is not null, Chromium.WhyUnavailable ?? "");
        await using var chromium = await Chromium.StartAsync();
        var page = await chromium.Browser.NewPageAsync();
        page.SetDefaultTimeout(90_000); // a starved machine is slow, not wrong
        var asked = new List<string>();
        page.Request += (_, request) => asked.Add(request.Url);

        await page.GotoAsync(Site);
        await SignInAsync(page);

        await page.ArriveAsync(url => url == Site);
        Assert.Equal("Hello Ada Lovelace", await page.InnerTextAsync("h1"));
        Assert.Contains(asked, url => url.StartsWith($"{strangers.Issuer}/connect/authorize?", StringComparison.Ordinal) && url.Contains("code_challenge_method=S256", StringComparison.Ordinal));

        await page.LeaveAsync(() => page.ClickAsync("#out"));
        if (page.Url.StartsWith(strangers.Issuer, StringComparison.Ordinal)) await page.ClickAsync("#logout-confirm");
        await page.ArriveAsync(url => url.StartsWith($"{Site}signed-out", StringComparison.Ordinal));

        await page.GotoAsync(Site); // here and there: the person is asked anew
        Assert.StartsWith(strangers.Issuer, page.Url, StringComparison.Ordinal);
        Assert.True(await page.IsVisibleAsync("#password"), site.Output);
    }

    [Fact]
    public async Task A_made_up_session_opens_nothing()
    {
        SkipWithoutApache();
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, Site);
        request.Headers.Accept.ParseAdd("text/html"); // a browser is led to sign in, a program gets 401
        request.Headers.Add("Cookie", $"mod_auth_openidc_session={Guid.NewGuid()}");

        using var answer = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith($"{strangers.Issuer}/connect/authorize?", answer.Headers.Location!.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_nobody_asked_for_is_refused()
    {
        SkipWithoutApache();
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });

        using var answer = await http.GetAsync(new Uri($"{Site}signed-in?code=stolen&state=guessed&iss={Uri.EscapeDataString(strangers.Issuer)}"));

        Assert.True((int)answer.StatusCode >= 400 || answer.Headers.Location?.AbsoluteUri.StartsWith($"{strangers.Issuer}/connect/authorize?", StringComparison.Ordinal) == true, $"{answer}");
        Assert.DoesNotContain("mod_auth_openidc_session=", string.Join(';', answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies : []), StringComparison.Ordinal);
    }

    private static void SkipWithoutApache()
    {
        Assert.SkipWhen(Apache.WhyMissing is not null && !Command.InContinuousIntegration, Apache.WhyMissing ?? "");
        if (Apache.WhyMissing is { } missing) Assert.Fail(missing);
    }

    private async Task SignInAsync(IPage page)
    {
        await page.FillAsync("#username", "ada");
        await page.FillAsync("#password", strangers.Password);
        await page.LeaveAsync(() => page.ClickAsync("#sign-in"));
        if (page.Url.StartsWith(strangers.Issuer, StringComparison.Ordinal) && await page.IsVisibleAsync("#consent-allow")) await page.ClickAsync("#consent-allow");
    }
}
