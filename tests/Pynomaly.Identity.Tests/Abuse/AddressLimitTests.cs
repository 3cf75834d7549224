using System.Net;
using Pynomaly.Identity.Abuse;
using Xunit;

namespace Pynomaly.Identity.Tests.Abuse;

/// <summary>So many a minute from one address, in any minute, not only in those of the clock.</summary>
public sealed class AddressLimitTests
{
    private static readonly IPAddress Somebody = IPAddress.Parse("192.0.2.1");
    private readonly SteppedTime _time = new();

    [Fact]
    public void The_limit_is_kept_and_the_wait_it_names_suffices()
    {
        var limit = new AddressLimit(10, _time);
        for (var i = 0; i < 10; i++) Assert.Equal(0, limit.Take(Somebody));

        var wait = limit.Take(Somebody);

        Assert.InRange(wait, 1, 120);
        _time.Pass(TimeSpan.FromSeconds(wait));
        Assert.Equal(0, limit.Take(Somebody));
    }

    [Fact]
    public void A_burst_over_the_turn_of_the_minute_is_not_two_limits()
    {
        var limit = new AddressLimit(10, _time);
        _time.Pass(TimeSpan.FromSeconds(59));
        for (var i = 0; i < 10; i++) limit.Take(Somebody);
        _time.Pass(TimeSpan.FromSeconds(2));

        Assert.NotEqual(0, limit.Take(Somebody));
    }

    [Fact]
    public void Others_are_not_held_up()
    {
        var limit = new AddressLimit(1, _time);
        limit.Take(Somebody);

        Assert.NotEqual(0, limit.Take(Somebody));
        Assert.Equal(0, limit.Take(IPAddress.Parse("192.0.2.2")));
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9")]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1")]
    public void One_household_is_one_caller(string one, string other) => Assert.Equal(AddressKey.Of(IPAddress.Parse(one)), AddressKey.Of(IPAddress.Parse(other)));

    [Fact]
    public void Looking_counts_nothing()
    {
        var limit = new AddressLimit(2, _time);
        limit.Take(Somebody);
        for (var i = 0; i < 100; i++) Assert.Equal(0, limit.Look(Somebody));
    }

    [Fact]
    public void Zero_is_no_limit()
    {
        var limit = new AddressLimit(0, _time);

        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Equal(0, limit.Take(Somebody)));
    }

    private sealed class SteppedTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Pass(TimeSpan time) => _now += time.Ticks;
    }
}
