using Microsoft.Extensions.Logging.Abstractions;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Clients;

/// <summary>Keys that clients publish: fetched no more than needed, and not forgotten when a client is away for a moment. Conformance D5.</summary>
public sealed class RemoteKeySetsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_set_is_fetched_once_for_all_who_ask_at_once()
    {
        var keys = new TestClientKey("a");
        await using var canary = Canary.Saying(() => TestClientKey.Set(keys));
        var (sets, _) = Sets(canary);

        var found = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => sets.FindAsync($"http://{canary.Authority}/jwks", set => set.Has("a"), None).AsTask()));

        Assert.All(found, set => Assert.True(set!.Has("a")));
        Assert.Equal(1, canary.Hits);
    }

    [Fact]
    public async Task An_unknown_kid_fetches_anew_but_not_more_than_once_in_thirty_seconds()
    {
        TestClientKey[] published = [new("a")];
        await using var canary = Canary.Saying(() => TestClientKey.Set(published));
        var (sets, clock) = Sets(canary);
        var uri = $"http://{canary.Authority}/jwks";
        await sets.FindAsync(uri, set => set.Has("a"), None);
        published = [.. published, new("b")];

        for (var i = 0; i < 10; i++) Assert.False((await sets.FindAsync(uri, set => set.Has("b"), None))!.Has("b"));
        Assert.Equal(1, canary.Hits);
        clock.Move(TimeSpan.FromSeconds(31));

        Assert.True((await sets.FindAsync(uri, set => set.Has("b"), None))!.Has("b"));
        Assert.Equal(2, canary.Hits);
    }

    [Fact]
    public async Task A_known_kid_costs_no_fetch_for_ten_minutes()
    {
        var key = new TestClientKey("a");
        await using var canary = Canary.Saying(() => TestClientKey.Set(key));
        var (sets, clock) = Sets(canary);
        var uri = $"http://{canary.Authority}/jwks";
        await sets.FindAsync(uri, set => set.Has("a"), None);

        clock.Move(TimeSpan.FromMinutes(9));
        await sets.FindAsync(uri, set => set.Has("a"), None);
        Assert.Equal(1, canary.Hits);

        clock.Move(TimeSpan.FromMinutes(2));
        await sets.FindAsync(uri, set => set.Has("a"), None);
        Assert.Equal(2, canary.Hits);
    }

    [Fact]
    public async Task A_set_outlives_a_short_outage_of_its_publisher_and_no_longer_one()
    {
        var (key, answer) = (new TestClientKey("a"), "");
        answer = TestClientKey.Set(key);
        await using var canary = Canary.Saying(() => answer);
        var (sets, clock) = Sets(canary);
        var uri = $"http://{canary.Authority}/jwks";
        await sets.FindAsync(uri, set => set.Has("a"), None);

        answer = "down for maintenance";
        clock.Move(TimeSpan.FromMinutes(30));
        Assert.NotNull(await sets.FindAsync(uri, set => set.Has("a"), None));
        clock.Move(TimeSpan.FromMinutes(31));
        Assert.Null(await sets.FindAsync(uri, set => set.Has("a"), None));
    }

    [Fact]
    public async Task Keys_that_this_server_does_not_take_are_passed_over()
    {
        await using var canary = Canary.Saying(() => $$"""{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AA","kid":"a"},{{new TestClientKey("b").PublicJwk}},{{new TestClientKey("c").PrivateJwk}}]}""");
        var (sets, _) = Sets(canary);

        var set = await sets.FindAsync($"http://{canary.Authority}/jwks", _ => true, None);

        Assert.Equal("b", Assert.Single(set!.Keys).Kid);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("{\"keys\":1}")]
    [InlineData("{\"keys\":[],\"keys\":[]}")]
    public async Task What_is_no_key_set_is_none(string answer)
    {
        await using var canary = Canary.Saying(() => answer);
        var (sets, _) = Sets(canary);

        Assert.Null(await sets.FindAsync($"http://{canary.Authority}/jwks", _ => true, None));
    }

    private static (RemoteKeySets Sets, MovableClock Clock) Sets(Canary canary)
    {
        var options = new ServerOptions { Issuer = "https://id.test", DatabaseProvider = "Sqlite", ConnectionString = "Data Source=none", KeysDirectory = "none", OutboundAllowedHosts = [canary.Authority] };
        var clock = new MovableClock();
        return (new RemoteKeySets(new OutboundHttp(options) { Longest = Until.Patience }, clock, NullLogger<RemoteKeySets>.Instance), clock);
    }
}
