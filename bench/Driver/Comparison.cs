namespace Pynomaly.Identity.Bench.Driver;

/// <summary>Puts each workload to the targets in turn (A B C A B C), so that whatever else the machine does meets all of them alike.</summary>
internal sealed class Comparison(Options options, IReadOnlyList<Target> targets)
{
    private const int WarmConnections = 16;

    public async Task<IReadOnlyList<Measurement>> RunAsync()
    {
        var measurements = new List<Measurement>();
        foreach (var workload in Workload.All.Where(w => options.Includes(w.Id)))
        {
            Console.Error.WriteLine($"  {workload.Title}");
            foreach (var target in targets) await RoundAsync(target, workload, WarmConnections, options.Warm);
            foreach (var connections in options.Connections) measurements.AddRange(await MeasureAsync(workload, connections));
        }

        return measurements;
    }

    private async Task<IEnumerable<Measurement>> MeasureAsync(Workload workload, int connections)
    {
        var rounds = targets.ToDictionary(t => t.Name, _ => new List<Round>());
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var target in targets)
                if (await RoundAsync(target, workload, connections, options.Seconds) is { } result)
                    rounds[target.Name].Add(result);
        }

        return rounds.Where(r => r.Value.Count > 0).Select(r => new Measurement(workload.Id, r.Key, connections, r.Value));
    }

    // Each round has its own script: chains begin anew, so that no target pays for the length of an earlier one's.
    private static async Task<Round?> RoundAsync(Target target, Workload workload, int connections, double seconds)
    {
        var script = await target.ScriptAsync(workload.Id, connections);
        return script is null ? null : await Load.RunAsync(target.Server, script, connections, seconds);
    }
}
