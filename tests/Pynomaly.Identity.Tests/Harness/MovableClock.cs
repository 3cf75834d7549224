namespace Pynomaly.Identity.Tests.Harness;

/// <summary>A wall clock that stands still until the test moves it. Timers stay the machine's own, and time stamps too unless they are held.</summary>
public sealed class MovableClock : TimeProvider
{
    private long _ticks;
    private bool _holdsStamps;

    /// <summary>Starts at the given time; without one, at the machine's time in whole seconds.</summary>
    public MovableClock(DateTimeOffset? start = null)
    {
        var now = start ?? System.GetUtcNow();
        _ticks = now.UtcTicks - (start is null ? now.UtcTicks % TimeSpan.TicksPerSecond : 0);
    }

    /// <summary>The time that everybody who asks this clock gets.</summary>
    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _ticks), TimeSpan.Zero);

    /// <summary>Moves the clock; backwards too, as a badly kept machine's clock may do.</summary>
    public void Move(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    /// <summary>From here on time stamps stand still, and move with the clock: limits a minute count by them, and a slow test would see the minute pass.</summary>
    public void HoldStamps() => _holdsStamps = true;

    /// <inheritdoc />
    public override long GetTimestamp() => _holdsStamps ? Volatile.Read(ref _ticks) : base.GetTimestamp();

    /// <inheritdoc />
    public override long TimestampFrequency => _holdsStamps ? TimeSpan.TicksPerSecond : base.TimestampFrequency;

    /// <summary>Sets the clock.</summary>
    public void Set(DateTimeOffset to) => Volatile.Write(ref _ticks, to.UtcTicks);
}
