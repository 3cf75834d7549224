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
        var cache = new ReplayCache(TimeSpan.FromSeconds(80), clock, most: 1000);
        for (var second = 0; second < 300; second++)
        {
            var id = $"proof {second}";
            Assert.True(cache.TryTake("client", "person", "key", id));
            clock.Move(TimeSpan.FromSeconds(1));
            for (var before = Math.Max(0, second - 78); before <= second; before += 13) Assert.False(cache.TryTake("client", "person", "key", $"proof {before}"));
        }

        Assert.InRange(cache.Count, 80, 160);
    }

    [Fact]
    public void Two_keys_may_use_one_identifier()
    {
        var cache = new ReplayCache(TimeSpan.FromSeconds(80), new MovableClock(), most: 1000);

        Assert.True(cache.TryTake("client", "person", "one", "id"));
        Assert.True(cache.TryTake("client", "person", "other", "id"));
        Assert.False(cache.TryTake("client", "person", "one", "id"));
    }

    [Fact]
    public void When_a_key_has_its_share_nothing_more_of_it_is_accepted_until_its_proofs_are_old()
    {
        var clock = new MovableClock();
        var cache = new ReplayCache(TimeSpan.FromSeconds(80), clock, most: 100);

        Assert.Equal(50, Accepted(cache, "client", "key"));
        Assert.Null(cache.TryTake("client", "person", "key", "one more"));
        Assert.False(cache.TryTake("client", "person", "key", "0")); // what it has is remembered
        clock.Move(TimeSpan.FromSeconds(200));
        Assert.True(cache.TryTake("client", "person", "key", "later"));
    }

    [Fact]
    public void A_key_without_end_leaves_room_for_the_others_of_its_client_and_for_other_clients()
    {
        var cache = new ReplayCache(TimeSpan.FromSeconds(80), new MovableClock(), most: 1000);
        Accepted(cache, "greedy", "key");

        Assert.InRange(Accepted(cache, "greedy", "another person's key", "another"), 200, 260);
        Assert.InRange(Accepted(cache, "other", "key"), 100, 140);
    }

    [Fact]
    public void A_client_that_makes_up_keys_without_end_leaves_room_for_others()
    {
        var cache = new ReplayCache(TimeSpan.FromSeconds(80), new MovableClock(), most: 1000);
        for (var number = 0; number < 2000; number++) cache.TryTake("greedy", $"person {number}", $"key {number}", "id");

        Assert.Equal(800, cache.Count);
        Assert.Equal(100, Accepted(cache, "other", "key"));
        Assert.Equal(900, cache.Count);
    }

    [Fact]
    public void A_person_that_makes_up_keys_without_end_leaves_room_for_the_others_of_the_same_client()
    {
        var cache = new ReplayCache(TimeSpan.FromSeconds(80), new MovableClock(), most: 1000);
        for (var number = 0; number < 2000; number++) cache.TryTake("public", "greedy", $"key {number}", "id");

        Assert.Equal(667, cache.Count);
        Assert.InRange(Accepted(cache, "public", "key", "another"), 100, 140);
    }

    [Fact]
    public void The_room_never_overflows()
    {
        var cache = new ReplayCache(TimeSpan.FromSeconds(80), new MovableClock(), most: 100);
        for (var number = 0; number < 1000; number++) cache.TryTake($"client {number}", "person", $"key {number}", "id");

        Assert.InRange(cache.Count, 99, 100);
    }

    private static int Accepted(ReplayCache cache, string client, string key, string person = "person") => Enumerable.Range(0, 2000).Count(number => cache.TryTake(client, person, key, $"{number}") is true);
}
