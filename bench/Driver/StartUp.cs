namespace Pynomaly.Identity.Bench.Driver;

/// <summary>Time from the start of the process to the first 200, on data that exists, and memory at rest and after the load.</summary>
internal sealed record StartUp(string Target, double Milliseconds, double IdleMb)
{
    public const int Starts = 7;

    public double? LoadedMb { get; init; }

    public double? PeakMb { get; init; }

    /// <summary>Starts every target several times, in turn, and leaves it running.</summary>
    public static async Task<IReadOnlyList<StartUp>> RunAsync(IReadOnlyList<Target> targets, int starts)
    {
        var times = targets.ToDictionary(t => t.Name, _ => new List<double>());
        foreach (var target in targets) await target.Server.StartAsync(); // makes keys and database
        for (var i = 0; i < starts; i++)
        {
            foreach (var target in targets)
            {
                target.Server.Stop();
                times[target.Name].Add((await target.Server.StartAsync()).TotalMilliseconds);
            }
        }

        await Task.Delay(TimeSpan.FromSeconds(2));
        return [.. targets.Select(t => new StartUp(t.Name, Measurement.Median(times[t.Name]), t.Server.MemoryMb("VmRSS:")))];
    }
}
