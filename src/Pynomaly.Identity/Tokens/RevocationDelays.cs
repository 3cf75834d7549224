using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Tokens;

/// <summary>How long entries of the revocation list took from being written, on any node, to the followers that wait at this one. The last few thousand are kept.</summary>
public sealed class RevocationDelays(TimeProvider time)
{
    private const int Kept = 4096;
    private readonly Lock _lock = new();
    private readonly double[] _seconds = new double[Kept];
    private long _count;

    /// <summary>How many were measured since the start.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>The delay that this share of the kept ones did not exceed; null: nothing was measured.</summary>
    public TimeSpan? Percentile(double share)
    {
        double[] kept;
        lock (_lock) kept = _seconds[..(int)Math.Min(_count, Kept)];
        if (kept.Length == 0) return null;
        Array.Sort(kept);
        return TimeSpan.FromSeconds(kept[Math.Clamp((int)Math.Ceiling(share * kept.Length) - 1, 0, kept.Length - 1)]);
    }

    /// <summary>Notes that somebody who waited was given these entries.</summary>
    internal void Add(RevocationPage page)
    {
        if (page.Entries.Count == 0) return;
        var now = time.GetUtcNow();
        lock (_lock)
        {
            foreach (var entry in page.Entries)
            {
                var seconds = Math.Max(0, (now - entry.Created).TotalSeconds); // nodes' clocks may differ a little
                _seconds[_count++ % Kept] = seconds;
                Telemetry.RevocationDelay.Record(seconds);
            }
        }
    }
}
