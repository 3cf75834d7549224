using System.Numerics;

namespace Pynomaly.Identity.Bench.Driver;

/// <summary>Latencies in microseconds: exact to 1 µs below 1 ms, to 3 % above.</summary>
internal sealed class Histogram
{
    private const int Exact = 1024;
    private const int StepsPerOctave = 32;
    private readonly long[] _counts = new long[Exact + (40 * StepsPerOctave)];

    public long Total { get; private set; }

    public void Add(double microseconds)
    {
        _counts[Index((long)microseconds)]++;
        Total++;
    }

    public void Add(Histogram other)
    {
        for (var i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        Total += other.Total;
    }

    /// <summary>The latency in milliseconds that the given share of requests stayed within.</summary>
    public double Percentile(double share)
    {
        var rank = (long)Math.Ceiling(Total * share);
        long seen = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank && seen > 0) return Lower(i) / 1000.0;
        }

        return 0;
    }

    private static int Index(long value)
    {
        if (value < Exact) return (int)Math.Max(0, value);
        var octave = BitOperations.Log2((ulong)value) - 10;
        var step = (int)((value >> (octave + 5)) - StepsPerOctave);
        return Math.Min(Exact + (octave * StepsPerOctave) + step, Exact + (40 * StepsPerOctave) - 1);
    }

    private static double Lower(int index)
    {
        if (index < Exact) return index;
        var (octave, step) = Math.DivRem(index - Exact, StepsPerOctave);
        return (double)(StepsPerOctave + step) * (1L << (octave + 5));
    }
}
