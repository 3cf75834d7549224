using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Server.Commands;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Commands;

/// <summary>A server that takes a command and does not answer.</summary>
public sealed class RemoteServerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "/imports", "import list shows how far it came, --resume goes on")]
    [InlineData("POST", "/users", "did not answer in 2 minutes")]
    [InlineData("GET", "/users", "did not answer in 2 minutes")]
    public async Task An_answer_that_does_not_come_is_told_in_words(string method, string path, string told)
    {
        using var silent = new Silent();
        using var server = RemoteServer.Look("http://localhost:1", silent);

        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => server.SendAsync(new HttpMethod(method), path, null, null, Stop));

        Assert.Contains(told, refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, silent.Calls);
    }

    [Theory]
    [InlineData(503, 0, 3)]
    [InlineData(503, 3600, 1)]
    [InlineData(503, null, 1)]
    [InlineData(429, 0, 1)]
    public async Task A_server_that_asks_to_come_again_at_once_is_asked_again(int status, int? seconds, int calls)
    {
        using var busy = new Busy(status, seconds);
        using var server = RemoteServer.Look("http://localhost:1", busy);

        var answer = await Record.ExceptionAsync(() => server.SendAsync(HttpMethod.Post, "/roles", "{}"u8.ToArray(), null, Stop));

        Assert.Equal(calls, busy.Calls);
        Assert.Equal(calls > 1, answer is null);
    }

    [Fact]
    public void An_import_is_waited_for_longer() => Assert.True(RemoteServer.PatienceFor(HttpMethod.Post, "/imports") > RemoteServer.PatienceFor(HttpMethod.Post, "/users"));

    [Fact]
    public async Task Whoever_stops_the_command_is_told_nothing_of_patience()
    {
        using var silent = new Silent();
        using var server = RemoteServer.Look("http://localhost:1", silent);
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.SendAsync(HttpMethod.Get, "/users", null, null, stopped.Token));
    }

    [Fact]
    public void Each_line_of_an_installation_is_a_remark() => Assert.Equal("# one\n# two", Output.Comment("one\ntwo"));

    // Takes the third request.
    private sealed class Busy(int status, int? seconds) : HttpMessageHandler
    {
        public int Calls { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal("{}", await request.Content!.ReadAsStringAsync(cancellationToken));
            if (++Calls == 3) return new HttpResponseMessage(System.Net.HttpStatusCode.NoContent);
            var later = new HttpResponseMessage((System.Net.HttpStatusCode)status);
            if (seconds is { } after) later.Headers.RetryAfter = new(TimeSpan.FromSeconds(after));
            return later;
        }
    }

    // Its patience is over at once.
    private sealed class Silent : HttpMessageHandler
    {
        public int Calls { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Calls++;
            throw new TaskCanceledException("Nothing came.");
        }
    }
}
