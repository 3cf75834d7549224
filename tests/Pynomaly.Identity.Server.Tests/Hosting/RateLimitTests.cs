using Xunit;

namespace Pynomaly.Identity.Server.Tests.Hosting;

/// <summary>What is over a limit is refused with the time to wait, for programs as JSON and for people as a page.</summary>
public sealed class RateLimitTests(RateLimitTests.StrictServer server) : IClassFixture<RateLimitTests.StrictServer>
{
    private const string Form = "Content-Type: application/x-www-form-urlencoded\r\n";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Guesses_at_a_secret_are_stopped_and_correct_requests_with_them()
    {
        for (var i = 0; i < 5; i++)
            Assert.Equal(401, RunningServer.StatusOf(await server.SendAsync("POST /connect/introspect", Form, $"token=x&client_id=nobody&client_secret=guess{i}", Stop)));

        var answer = await server.SendAsync("POST /connect/token", Form, "grant_type=client_credentials&client_id=nobody&client_secret=guess", Stop);

        Assert.Equal(429, RunningServer.StatusOf(answer));
        Assert.Matches(@"\r\nRetry-After: [1-9]\d?\d?\r\n", answer);
        Assert.Contains("\"error\":\"slow_down\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_browser_over_the_limit_is_shown_a_page()
    {
        var answer = "";
        for (var i = 0; i < 4; i++) answer = await server.SendAsync("GET /connect/authorize?client_id=x", cancellationToken: Stop);

        Assert.Equal(429, RunningServer.StatusOf(answer));
        Assert.Matches(@"\r\nRetry-After: [1-9]\d?\d?\r\n", answer);
        Assert.Contains("<html", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Frame-Options: DENY\r\n", answer, StringComparison.Ordinal);
    }

    /// <summary>A server that allows little.</summary>
    public sealed class StrictServer : RunningServer
    {
        /// <inheritdoc/>
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Identity:Limits:FailuresPerAddress", "5"), new("Identity:Limits:AuthorizePerAddress", "3")];
    }
}
