namespace Pynomaly.Identity.Bench.Driver;

/// <summary>The rounds of one workload on one target with one number of connections; every figure is the median of the rounds.</summary>
internal sealed record Measurement(string Workload, string Target, int Connections, IReadOnlyList<Round> Rounds)
{
    public double PerCpuSecond => Median(Rounds.Select(r => r.PerCpuSecond));

    public double PerSecond => Median(Rounds.Select(r => r.PerSecond));

    public double P50 => Median(Rounds.Select(r => r.Latency.Percentile(0.50)));

    public double P99 => Median(Rounds.Select(r => r.Latency.Percentile(0.99)));

    public long Failures => Rounds.Sum(r => r.Failures);

    /// <summary>How far the rounds stray from each other, as a share of the median.</summary>
    public double Spread => (Rounds.Max(r => r.PerCpuSecond) - Rounds.Min(r => r.PerCpuSecond)) / Math.Max(1, PerCpuSecond);

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0) return double.NaN;
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
