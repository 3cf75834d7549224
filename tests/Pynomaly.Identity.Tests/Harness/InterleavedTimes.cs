using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>The statistic of the attack catalogue for answers that must take equally long: 300 and 300 samples in turns, Mann-Whitney AUC between 0.40 and 0.60.</summary>
/// <remarks>A shared machine's clock proves nothing in a build, so what uses it is explicit: <c>dotnet test --filter "FullyQualifiedName~Timing" -- xUnit.Explicit=only</c> on a quiet one.</remarks>
public sealed class InterleavedTimes
{
    /// <summary>Samples of each kind.</summary>
    public const int Samples = 300;

    private readonly List<double> _known = [];
    private readonly List<double> _unknown = [];

    /// <summary>The chance that a sample of the first kind takes longer than one of the second, ties halved.</summary>
    public double AreaUnderCurve => _known.Sum(k => _unknown.Sum(u => k > u ? 1.0 : k < u ? 0.0 : 0.5)) / ((double)_known.Count * _unknown.Count);

    /// <summary>Takes them: the acts are given the number of the sample, and each kind comes first every other time.</summary>
    public static async Task<InterleavedTimes> TakeAsync(Func<int, Task> known, Func<int, Task> unknown)
    {
        var times = new InterleavedTimes();
        for (var i = 0; i < Samples; i++)
        {
            foreach (var isKnown in new[] { i % 2 == 0, i % 2 != 0 })
            {
                var start = Stopwatch.GetTimestamp();
                await (isKnown ? known : unknown)(i);
                (isKnown ? times._known : times._unknown).Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        return times;
    }

    /// <summary>Writes what was found, and holds it against the bounds.</summary>
    public void AssertAlike(ITestOutputHelper output, string what)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: AUC {AreaUnderCurve:F3}; median known {Median(_known):F2} ms, unknown {Median(_unknown):F2} ms"));
        Assert.InRange(AreaUnderCurve, 0.40, 0.60);
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);
}
