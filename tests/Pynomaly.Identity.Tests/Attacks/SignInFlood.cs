using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>More sign-ins than can be hashed: PW-13 of the attack catalogue.</summary>
public abstract class SignInFlood(TestServer server) : ServerSuite(server)
{
    [Fact]
    public async Task PW_13_of_two_hundred_sign_ins_at_once_the_excess_is_told_to_come_later_and_tokens_are_issued_meanwhile()
    {
        using var machine = Server.Machine();
        Server.Clock.HoldStamps(); // on a slow machine what waits for its hash would be told to come later, too
        var browsers = Enumerable.Range(0, 200).Select(_ => Server.ImpatientBrowser()).ToArray();
        var pages = await Task.WhenAll(browsers.Select(PageAsync));
        using var hold = new ManualResetEventSlim();
        var first = Server.Services.GetRequiredService<HashingQueue>().RunAsync(() => hold.Wait(Until.Patience), CancellationToken.None); // a quick machine would hash them as they come

        var flood = browsers.Zip(pages, (browser, page) => Task.Run(() => browser.SubmitAsync(page, "sign-in", ("username", $"nobody-{Guid.NewGuid():N}"), ("password", "whatever it is")))).ToArray();
        await Task.WhenAny(flood);
        hold.Set();
        await first;
        for (var i = 0; i < 20; i++) await (await machine.TokenAsync(TestData.Service, ("grant_type", "client_credentials"))).TokensAsync();
        var answers = await Task.WhenAll(flood);

        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"{answer.StatusCode}"));
        var later = answers.Where(answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable).ToArray();
        Assert.NotEmpty(later);
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.All(later, answer => Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero));
        foreach (var browser in browsers) browser.Dispose();
    }

    private async Task<HttpResponseMessage> PageAsync(Browser browser)
    {
        using var patient = Server.Browser();
        var page = await patient.GetAsync("/signin");
        browser.Cookies.Add(patient.Cookies.GetAllCookies());
        return page;
    }

    public sealed class SmallSqlite() : TestServer("Sqlite")
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => Small;
    }

    public sealed class SmallPostgreSql() : TestServer("PostgreSql")
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => Small;
    }

    private static KeyValuePair<string, string?>[] Small => [new("Identity:Passwords:QueueLength", "4"), new("Identity:Passwords:Workers", "1")];
}

public sealed class SignInFloodOnSqlite(SignInFlood.SmallSqlite server) : SignInFlood(server), IClassFixture<SignInFlood.SmallSqlite>;

public sealed class SignInFloodOnPostgreSql(SignInFlood.SmallPostgreSql server) : SignInFlood(server), IClassFixture<SignInFlood.SmallPostgreSql>;
