namespace Pynomaly.Identity.Server.Observability;

/// <summary>One metric under one set of labels: a number, or a histogram.</summary>
internal sealed class MetricSeries(KeyValuePair<string, object?>[] tags, int hash, double[]? bounds)
{
    private readonly long[]? _buckets = bounds is null ? null : new long[bounds.Length + 1];
    private double _value;

    public KeyValuePair<string, object?>[] Tags => tags;

    public int Hash => hash;

    /// <summary>The value, or a histogram's sum.</summary>
    public double Value => Volatile.Read(ref _value);

    public void Set(double value) => Volatile.Write(ref _value, value);

    public void Add(double value)
    {
        double seen;
        do seen = Volatile.Read(ref _value);
        while (Interlocked.CompareExchange(ref _value, seen + value, seen) != seen);
    }

    public void Observe(double value)
    {
        var bucket = 0;
        while (bucket < bounds!.Length && value > bounds[bucket]) bucket++;
        Interlocked.Increment(ref _buckets![bucket]);
        Add(value);
    }

    /// <summary>The counts of the buckets, each with those below it.</summary>
    public long[] Cumulative()
    {
        var counts = new long[_buckets!.Length];
        long total = 0;
        for (var i = 0; i < counts.Length; i++) counts[i] = total += Interlocked.Read(ref _buckets[i]);
        return counts;
    }
}
