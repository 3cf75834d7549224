namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>A clock that runs as the machine's does, and that a test puts forward. Browsers keep their own: what they are told is told as a duration.</summary>
internal sealed class RunningClock : TimeProvider
{
    private long _ahead;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _ahead));

    /// <summary>Puts it forward.</summary>
    public void Move(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);
}
