using System.Net;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Faults;

/// <summary>kill -9 between the acknowledgement of an end and the push of its event: after the start every event arrives, in order.</summary>
public sealed class EventKillTests
{
    private const int Kills = 4;

    [Fact]
    public async Task Four_kills_between_acknowledgement_and_push_lose_no_event()
    {
        await using var receiver = await PushReceiver.StartAsync();
        using var server = new KilledServer();
        await server.StartAsync();
        var (made, text) = await server.CommandAsync("receivers", "create", receiver.Url, "--event", "session-revoked", "--json");
        Assert.True(made == 0, text);
        await server.SignInAsync();
        var ended = 0;

        for (var kill = 0; kill < Kills; kill++)
        {
            var hold = new TaskCompletionSource<int>();
            receiver.Answer = _ => hold.Task; // what is told now is not taken before the kill
            for (var i = 0; i < 5; i++)
            {
                var (_, refresh) = await server.CodeAndTokensAsync();
                Assert.Equal(HttpStatusCode.OK, await server.RevokeRefreshTokenAsync(refresh)); // acknowledged: from here on it must not be lost
                ended++;
            }

            await server.KillAsync();
            hold.SetResult(503);
            receiver.Answer = _ => Task.FromResult(202);
            await server.StartAsync();
        }

        var expected = await server.EventIdsAsync();
        Assert.Equal(ended, expected.Count);
        await Until.TrueAsync(() => Task.FromResult(receiver.Pushes.Select(push => push.Id[..22]).ToHashSet().IsSupersetOf(expected)), "every event arrived");
        var first = receiver.Pushes.Select(push => push.Id[..22]).Distinct();
        Assert.Equal(expected, first); // in order; what came twice came under the same id
    }
}
