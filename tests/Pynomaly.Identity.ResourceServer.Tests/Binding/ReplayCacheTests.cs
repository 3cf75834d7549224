using Pynomaly.Identity.ResourceServer.Binding;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Binding;

/// <summary>Proofs are remembered as long as they could be presented, and no longer. RFC 9449 §11.1.</summary>
public sealed class ReplayCacheTests
{
    [Fact]
    public void A_proof_is_remembered_for_its_whole_life_whenever_it_comes()
    {
        var clock = new MovableClock();
        var cache = new ReplayCache(TimeSpan.FromSeconds(80), clock);
        for (var second = 0; second < 300; second++)
        {
            var id = $"proof {second}";
            Assert.True(cache.TryTake("key", id));
            clock.Move(TimeSpan.FromSeconds(1));
            for (var before = Math.Max(0, second - 78); before <= second; before += 13) Assert.False(cache.TryTake("key", $"proof {before}"));
        }

        Assert.InRange(cache.Count, 80, 160);
    }

    [Fact]
    public void Two_keys_may_use_one_identifier()
    {
        var cache = new ReplayCache(TimeSpan.FromSeconds(80), new MovableClock());

        Assert.True(cache.TryTake("one", "id"));
        Assert.True(cache.TryTake("other", "id"));
        Assert.False(cache.TryTake("one", "id"));
    }

    [Fact]
    public void When_there_is_no_room_nothing_is_accepted()
    {
        var clock = new MovableClock();
        var cache = new ReplayCache(TimeSpan.FromSeconds(80), clock, most: 3);

        Assert.Equal([true, true, true, null], Enumerable.Range(0, 4).Select(number => cache.TryTake("key", $"{number}")));
        clock.Move(TimeSpan.FromSeconds(200));
        Assert.True(cache.TryTake("key", "later"));
    }
}
