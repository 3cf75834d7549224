using System.Diagnostics.Metrics;

namespace Pynomaly.Identity.Server.Observability;

/// <summary>One metric with its series. Their number is bounded: what comes after the last one is counted together, so that no caller fills the memory.</summary>
internal sealed class MetricFamily
{
    private const int Most = 500;
    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly KeyValuePair<string, object?>[] Overflow = [new("otel_metric_overflow", "true")];
    private readonly Lock _adding = new();
    private Dictionary<int, MetricSeries[]> _series = []; // replaced whole, so readers need no lock
    private int _count;

    public MetricFamily(Instrument instrument, string kind)
    {
        Kind = kind;
        Help = instrument.Description ?? instrument.Name;
        Name = NameOf(instrument, kind);
        if (kind == "histogram") Bounds = (instrument as Instrument<double>)?.Advice?.HistogramBucketBoundaries?.ToArray() ?? Seconds;
    }

    public string Name { get; }

    public string Kind { get; }

    public string Help { get; }

    public double[]? Bounds { get; }

    /// <summary>The series there are.</summary>
    public IEnumerable<MetricSeries> Series => Volatile.Read(ref _series).Values.SelectMany(same => same);

    /// <summary>The series of the labels.</summary>
    public MetricSeries Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = TagSet.Hash(tags);
        if (Volatile.Read(ref _series).TryGetValue(hash, out var same))
            foreach (var series in same)
                if (TagSet.Equal(series.Tags, tags)) return series;
        return Add(tags, hash);
    }

    private MetricSeries Add(ReadOnlySpan<KeyValuePair<string, object?>> tags, int hash)
    {
        lock (_adding)
        {
            if (_series.TryGetValue(hash, out var same))
                foreach (var known in same)
                    if (TagSet.Equal(known.Tags, tags)) return known;
            if (_count > Most) return Of(Overflow);
            var series = _count == Most ? new MetricSeries(Overflow, TagSet.Hash(Overflow), Bounds) : new MetricSeries(tags.ToArray(), hash, Bounds);
            Volatile.Write(ref _series, new Dictionary<int, MetricSeries[]>(_series) { [series.Hash] = [.. _series.GetValueOrDefault(series.Hash) ?? [], series] });
            _count++;
            return series;
        }
    }

    // https://prometheus.io/docs/practices/naming: base units as suffix, counters end in _total.
    private static string NameOf(Instrument instrument, string kind)
    {
        var name = new string([.. instrument.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')]);
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", "ms" => "_milliseconds", _ => "" };
        if (!name.EndsWith(unit, StringComparison.Ordinal)) name += unit;
        return kind is "counter" or "observed" ? $"{name}_total" : name;
    }
}
