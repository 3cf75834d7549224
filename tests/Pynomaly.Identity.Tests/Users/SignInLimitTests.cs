using System.Net;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

/// <summary>One address may try to sign in only so often, whatever the names.</summary>
public sealed class SignInLimitTests(SignInLimitTests.LimitedServer server) : IClassFixture<SignInLimitTests.LimitedServer>
{
    [Fact]
    public async Task The_fourth_try_within_the_limit_of_three_has_to_wait_even_with_the_right_password()
    {
        using var browser = server.Browser();
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.OK, (await TryAsync(browser, $"nobody{i}", "wrong wrong wrong")).StatusCode);

        var refused = await TryAsync(browser, "ada", TestData.Password);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.Contains("Too many tries", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_limit_is_one_for_all_nodes()
    {
        const string address = "198.51.100.77";
        var other = await server.StartNodeAsync();
        List<HttpStatusCode> answers = [];
        for (var i = 0; i < 4; i++)
        {
            using var browser = server.Browser(i % 2 == 0 ? 0 : other, address);
            answers.Add((await TryAsync(browser, $"nobody{i}", "wrong wrong wrong")).StatusCode);
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], answers);
    }

    [Fact]
    public async Task A_known_browser_is_not_held_up_by_its_address_and_has_a_limit_of_its_own()
    {
        const string address = "198.51.100.78";
        var person = await TestPerson.AddAsync(server);
        using var known = server.Browser(0, address);
        Assert.Equal(HttpStatusCode.SeeOther, (await TryAsync(known, person.Name, TestData.Password)).StatusCode);
        foreach (Cookie cookie in known.Cookies.GetAllCookies()) cookie.Expired |= cookie.Name == "__Host-pyn_session";
        using var stranger = server.Browser(0, address);
        for (var i = 0; i < 3; i++) await TryAsync(stranger, $"nobody{i}", "wrong wrong wrong");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await TryAsync(stranger, person.Name, TestData.Password)).StatusCode);

        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.OK, (await TryAsync(known, person.Name, "wrong wrong wrong")).StatusCode);
        var refused = await TryAsync(known, person.Name, TestData.Password);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);
    }

    private static async Task<HttpResponseMessage> TryAsync(Browser browser, string name, string password) =>
        await browser.SubmitAsync(await browser.GetAsync("/signin"), "sign-in", ("username", name), ("password", password));

    public sealed class LimitedServer() : TestServer("Sqlite")
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Identity:Limits:SignInPerAddress", "3")];
    }
}
