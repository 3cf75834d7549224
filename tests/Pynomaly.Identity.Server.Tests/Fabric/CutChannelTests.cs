using System.Net;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Fabric;

/// <summary>An API that is cut off from the server: goes on to the stated age of its list, then does what it was told to, says so, and catches up.</summary>
/// <remarks>The same figures in the package's metrics are held by MetricsTests of its own tests.</remarks>
[Collection(typeof(FabricCollection))]
public sealed class CutChannelTests(FabricFixture fabric)
{
    private static readonly (string, string) StatedAge = ("MaximumListAge", "00:00:20");

    [Fact]
    public async Task Cut_off_it_goes_on_to_the_stated_age_then_fails_as_configured_and_catches_up_when_the_channel_is_back()
    {
        Assert.SkipWhen(PostgreSqlCluster.WhyUnavailable is not null, PostgreSqlCluster.WhyUnavailable ?? "");
        await using var closed = await FollowingApi.StartAsync(fabric.Nodes[1], null, StatedAge);
        await using var open = await FollowingApi.StartAsync(fabric.Nodes[1], closed.Wire, StatedAge, ("WhenListIsStale", "Accept"));
        string good = await fabric.Nodes[0].ServiceTokenAsync(), revoked = await fabric.Nodes[0].ServiceTokenAsync();
        foreach (var api in (FollowingApi[])[closed, open])
        {
            await api.EventuallyAsync(good, HttpStatusCode.OK);
            Assert.Equal(HttpStatusCode.OK, await api.JudgeAsync(revoked));
            await Until.TrueAsync(async () => await api.HealthAsync() == "Healthy", "it is well");
        }

        await CutAsync(closed, good);
        Assert.Equal(HttpStatusCode.OK, await fabric.Nodes[0].RevokeAsync(revoked));

        await closed.EventuallyAsync(good, HttpStatusCode.ServiceUnavailable);
        Assert.NotNull((await closed.AskWholeAsync(good)).RetryAfter);
        Assert.Equal("Unhealthy", await closed.HealthAsync());
        await Until.TrueAsync(() => Task.FromResult(closed.Output.Contains("The revocation list is too old: tokens are answered with 503", StringComparison.Ordinal)), "the log says so");
        await Until.TrueAsync(() => Task.FromResult(open.Output.Contains("The revocation list is too old: revoked tokens are accepted until they expire", StringComparison.Ordinal)), "the other one's log says so");
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], [await open.AskAsync(good), await open.AskAsync(revoked)]);
        Assert.Equal("Degraded", await open.HealthAsync());

        closed.Wire.Restore();
        foreach (var api in (FollowingApi[])[closed, open])
        {
            await api.EventuallyAsync(revoked, HttpStatusCode.Unauthorized);
            await api.EventuallyAsync(good, HttpStatusCode.OK);
            await Until.TrueAsync(async () => await api.HealthAsync() == "Healthy", "it is well again");
        }
    }

    // Cut off it goes on, for its list is seconds old. Where a starved machine took longer to ask than the list may be old, it is cut off anew.
    private static async Task CutAsync(FollowingApi api, string good)
    {
        for (var attempt = 1; ; attempt++)
        {
            await api.Wire.CutAsync();
            if (await api.AskAsync(good) == HttpStatusCode.OK) return;
            Assert.True(attempt < 5, "Cut off, it judges nobody, however young its list is");
            api.Wire.Restore();
            await api.EventuallyAsync(good, HttpStatusCode.OK);
        }
    }
}
