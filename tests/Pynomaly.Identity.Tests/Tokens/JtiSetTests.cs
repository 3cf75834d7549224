using System.Buffers.Binary;
using System.Security.Cryptography;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.Tokens;

/// <summary>The set of ended tokens: exact, small, and right for those who read while it grows.</summary>
public sealed class JtiSetTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void It_holds_what_was_entered_and_nothing_else()
    {
        var set = new JtiSet();
        var keys = Keys(10_000);
        foreach (var key in keys) Assert.True(set.Add(key, Now));

        Assert.Equal(keys.Length, set.Count);
        Assert.All(keys, key => Assert.True(set.Contains(key)));
        Assert.All(Keys(10_000), key => Assert.False(set.Contains(key)));
        Assert.All(keys, key => Assert.False(set.Add(key, Now)));
        Assert.Equal(keys.Length, set.Count);
    }

    [Fact]
    public void The_keys_zero_and_all_ones_are_keys_like_others()
    {
        var set = new JtiSet();
        Assert.False(set.Contains(UInt128.Zero));

        set.Add(UInt128.Zero, Now);
        set.Add(UInt128.MaxValue, Now);

        Assert.True(set.Contains(UInt128.Zero));
        Assert.True(set.Contains(UInt128.MaxValue));
        Assert.Equal(2, set.Count);
    }

    [Fact]
    public void A_million_entries_take_at_most_34_bytes_each_however_they_came()
    {
        var grown = new JtiSet();
        var reserved = new JtiSet();
        reserved.Reserve(1_000_000);
        foreach (var key in Keys(1_000_000))
        {
            grown.Add(key, Now);
            reserved.Add(key, Now);
        }

        TestContext.Current.SendDiagnosticMessage($"{grown.Bytes / 1e6:0.0} bytes an entry when grown, {reserved.Bytes / 1e6:0.0} when read at once");
        Assert.InRange(grown.Bytes, 20_000_000, 34_000_000);
        Assert.InRange(reserved.Bytes, 20_000_000, 27_000_000);
    }

    [Fact]
    public void What_has_expired_goes_and_what_lives_stays()
    {
        var set = new JtiSet();
        var (dead, living) = (Keys(5_000), Keys(5_000));
        foreach (var key in dead) set.Add(key, Now.AddSeconds(-1));
        foreach (var key in living) set.Add(key, Now);

        Assert.Equal(dead.Length, set.Sweep(Now));

        Assert.Equal(living.Length, set.Count);
        Assert.All(living, key => Assert.True(set.Contains(key)));
        Assert.All(dead, key => Assert.False(set.Contains(key)));
        Assert.Equal(living.Length, set.Sweep(Now.AddHours(1)));
        Assert.Equal(0, set.Count);
        Assert.InRange(set.Bytes, 0, 4096);
    }

    [Fact]
    public void An_entry_that_is_entered_again_lives_as_long_as_the_longer_one()
    {
        var set = new JtiSet();
        set.Add(7, Now.AddMinutes(10));
        set.Add(7, Now.AddMinutes(5));

        Assert.Equal(0, set.Sweep(Now.AddMinutes(7)));

        Assert.True(set.Contains(7));
        Assert.Equal(1, set.Sweep(Now.AddMinutes(11)));
    }

    [Fact]
    public async Task Readers_miss_nothing_that_was_entered_before_they_asked_and_see_nothing_that_never_was()
    {
        var set = new JtiSet();
        var (keys, strangers) = (Keys(60_000), Keys(2_000));
        var entered = 0;
        var readers = Enumerable.Range(0, 4).Select(number => Task.Run(() =>
        {
            var wrong = 0;
            for (var i = number; Volatile.Read(ref entered) < keys.Length; i = (i * 31 + 7) & 0xFFFFFF)
            {
                var known = Volatile.Read(ref entered);
                if (known > 0 && !set.Contains(keys[i % known])) wrong++;
                if (set.Contains(strangers[i % strangers.Length])) wrong++;
            }

            return wrong;
        })).ToArray();
        foreach (var key in keys)
        {
            set.Add(key, Now.AddHours(1));
            Volatile.Write(ref entered, entered + 1);
            if (entered % 5_000 == 0) Expire(set);
        }

        Assert.All(await Task.WhenAll(readers), wrong => Assert.Equal(0, wrong));
    }

    // Short-lived ones that go at once: the arrays are made anew under the readers.
    private static void Expire(JtiSet set)
    {
        foreach (var key in Keys(set.Count)) set.Add(key, Now.AddMinutes(-5));
        Assert.NotEqual(0, set.Sweep(Now));
    }

    private static UInt128[] Keys(int count)
    {
        var bytes = RandomNumberGenerator.GetBytes(16 * count);
        return [.. Enumerable.Range(0, count).Select(i => BinaryPrimitives.ReadUInt128BigEndian(bytes.AsSpan(16 * i)))];
    }
}
