using Pynomaly.Identity.ResourceServer.Revocation;
using Pynomaly.Identity.ResourceServer.Tokens;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Revocation;

/// <summary>The list in memory: how cut-offs are put together, and how old it is.</summary>
public sealed class RevokedTokensTests
{
    private readonly TwoClocks _time = new();
    private readonly RevokedTokens _revoked;

    public RevokedTokensTests() => _revoked = new RevokedTokens(new PynomalyIdentityOptions(), _time);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_two_cut_offs_the_later_moment_and_the_longer_life_hold(bool laterFirst)
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        CutOff longer = new(false, "cut", now - 100, now + 3600), later = new(false, "cut", now - 10, now + 60);
        _revoked.Add(Page(laterFirst ? [later, longer] : [longer, later]));
        _revoked.Heard(_time.GetUtcNow());

        _time.Wall += TimeSpan.FromMinutes(10); // the later one alone would be swept
        _revoked.Heard(_time.GetUtcNow());

        Assert.True(_revoked.Contains(Token(now - 11)));
        Assert.False(_revoked.Contains(Token(now - 10)));
    }

    [Fact]
    public void A_clock_that_is_set_back_does_not_make_the_list_younger()
    {
        _revoked.Heard(_time.GetUtcNow() - TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(2), _revoked.Age);

        _time.Wall -= TimeSpan.FromHours(1);
        _time.Passed += TimeSpan.FromSeconds(31);

        Assert.True(_revoked.IsStale);
    }

    [Fact]
    public void Time_that_only_the_wall_clock_knows_of_counts_too()
    {
        _revoked.Heard(_time.GetUtcNow());

        _time.Wall += TimeSpan.FromSeconds(31); // the machine slept

        Assert.True(_revoked.IsStale);
    }

    private ListPage Page(params CutOff[] cutOffs) =>
        new() { Cursor = "1", HasMore = false, Generated = _time.GetUtcNow().ToUnixTimeSeconds(), Revoked = [], CutOffs = cutOffs };

    private static AccessToken Token(long issuedAt) =>
        new() { Kid = "first", Subject = "nightly", ClientId = "cut", Id = 1, IssuedAt = issuedAt, NotBefore = issuedAt, Expires = issuedAt + 3600, Claims = [] };

    private sealed class TwoClocks : TimeProvider
    {
        public DateTimeOffset Wall { get; set; } = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

        public TimeSpan Passed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Wall;

        public override long GetTimestamp() => Passed.Ticks;
    }
}
