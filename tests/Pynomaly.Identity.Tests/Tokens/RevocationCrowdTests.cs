using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.Tokens;

/// <summary>More followers than there is room for, and a server that stops while they wait.</summary>
public sealed class RevocationCrowdTests(RevocationCrowdTests.SmallServer server) : ServerSuite(server), IClassFixture<RevocationCrowdTests.SmallServer>
{
    [Fact]
    public async Task DO_followers_beyond_the_bound_are_answered_at_once_and_streams_are_sent_away()
    {
        using var impatient = Server.ImpatientMachine();
        using var machine = Server.Machine();
        using var other = Server.Machine(address: "192.0.2.9");
        using var stop = new CancellationTokenSource();
        Task[] waiting = [.. new[] { machine, machine, other }.Select(one => FollowAsync(one, stop.Token))];
        await WaitingAsync(3);

        var more = await other.GetAsync("/connect/revocations?wait=30");
        using var stream = new HttpRequestMessage(HttpMethod.Get, "/connect/revocations") { Headers = { { "Accept", "text/event-stream" } } };
        var refused = await impatient.SendAsync(stream);

        Assert.Equal(HttpStatusCode.OK, more.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), more.Headers.RetryAfter?.Delta);
        await refused.AssertRefusedAsync("temporarily_unavailable", HttpStatusCode.ServiceUnavailable);
        await stop.CancelAsync();
        foreach (var one in waiting) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        await WaitingAsync(0); // who leaves gives the place back
    }

    [Fact]
    public async Task DO_one_address_does_not_take_every_place()
    {
        using var stop = new CancellationTokenSource();
        using var greedy = Server.Machine(address: "192.0.2.7");
        using var other = Server.Machine(address: "192.0.2.8");
        List<Task> waiting = [FollowAsync(greedy, stop.Token), FollowAsync(greedy, stop.Token)];
        await WaitingAsync(2);

        Assert.NotNull((await greedy.GetAsync("/connect/revocations?wait=30")).Headers.RetryAfter);
        waiting.Add(FollowAsync(other, stop.Token));
        await WaitingAsync(3);

        await stop.CancelAsync();
        foreach (var one in waiting) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        await WaitingAsync(0);
    }

    [Fact]
    public async Task Who_waits_when_the_server_stops_is_answered_then()
    {
        await Until.TrueAsync(async () =>
        {
            using var machine = Server.ImpatientMachine();
            var question = machine.GetAsync("/connect/revocations?wait=30");
            using var request = new HttpRequestMessage(HttpMethod.Get, "/connect/revocations") { Headers = { { "Accept", "text/event-stream" } } };
            using var stream = await machine.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await Until.TrueAsync(() => Task.FromResult(question.IsCompleted || Count == 2), "two followers wait");
            var wait = Count == 2;

            await Server.RestartAsync().WaitAsync(Until.Patience);

            using var answer = await question.WaitAsync(Until.Patience);
            var told = await stream.Content.ReadAsStringAsync().WaitAsync(Until.Patience);
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable || stream.StatusCode == HttpStatusCode.ServiceUnavailable) return false; // a starved node may know nothing fresh in this very moment
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (answer.StatusCode, stream.StatusCode));
            return wait && told.Contains("event: revocations", StringComparison.Ordinal);
        }, "both are answered");
    }

    // A question ends after half a minute: then once more.
    private static async Task FollowAsync(HttpClient machine, CancellationToken stop)
    {
        while (true)
        {
            using var answer = await machine.GetAsync("/connect/revocations?wait=30", stop);
        }
    }

    private int Count => Server.Services.GetRequiredService<RevocationFollowers>().Count;

    private Task WaitingAsync(int count) => Until.TrueAsync(() => Task.FromResult(Count == count), $"{count} followers wait");

    /// <summary>A server with room for few.</summary>
    public sealed class SmallServer() : TestServer("Sqlite")
    {
        /// <inheritdoc/>
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Identity:RevocationList:Followers", "3"), new("Identity:RevocationList:FollowersPerAddress", "2")];
    }
}
