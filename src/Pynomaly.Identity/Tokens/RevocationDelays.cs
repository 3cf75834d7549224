using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Tokens;

/// <summary>How long revocations took from being written, on any node, until this node had said so by each path. Of each path the last few thousand are kept.</summary>
public sealed class RevocationDelays(TimeProvider time)
{
    private readonly Recent[] _paths = [.. Enum.GetValues<RevocationPath>().Select(_ => new Recent())];

    /// <summary>How each path stands, in the order of <see cref="RevocationPath"/>.</summary>
    public IReadOnlyList<RevocationDelay> Look() => [.. _paths.Select((recent, path) => recent.Look((RevocationPath)path))];

    /// <summary>Notes that this node said now, by this path, what was written then.</summary>
    internal void Add(RevocationPath path, DateTimeOffset written)
    {
        var seconds = Math.Max(0, (time.GetUtcNow() - written).TotalSeconds); // nodes' clocks may differ a little
        _paths[(int)path].Add(seconds);
        Telemetry.RevocationDelay.Record(seconds, new KeyValuePair<string, object?>("path", NameOf(path)));
    }

    /// <summary>Notes that somebody who waited was given these entries.</summary>
    internal void Add(RevocationPage page)
    {
        foreach (var entry in page.Entries) Add(RevocationPath.List, entry.Created);
    }

    /// <summary>The path as the API and the metrics call it.</summary>
    public static string NameOf(RevocationPath path) => path switch
    {
        RevocationPath.List => "list",
        RevocationPath.Introspection => "introspection",
        RevocationPath.StatusList => "status_list",
        _ => "push",
    };

    private sealed class Recent
    {
        private const int Kept = 4096;
        private readonly Lock _lock = new();
        private readonly double[] _seconds = new double[Kept];
        private long _count;

        public void Add(double seconds)
        {
            lock (_lock) _seconds[_count++ % Kept] = seconds;
        }

        public RevocationDelay Look(RevocationPath path)
        {
            double[] kept;
            long count;
            lock (_lock) (count, kept) = (_count, _seconds[..(int)Math.Min(_count, Kept)]);
            Array.Sort(kept);
            return new RevocationDelay(path, count, Percentile(kept, 0.5), Percentile(kept, 0.99));
        }

        private static TimeSpan? Percentile(double[] sorted, double share) =>
            sorted.Length == 0 ? null : TimeSpan.FromSeconds(sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)]);
    }
}
