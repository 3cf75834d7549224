using System.Globalization;

namespace Pynomaly.Identity.Bench.Driver;

/// <summary>The run as Markdown tables: ratios first, then the figures they come from.</summary>
internal sealed class Report(Options options, IReadOnlyList<Measurement> measurements, IReadOnlyList<StartUp> starts, Saturation? saturation)
{
    private const double LargestSpread = 0.25;

    public long Failures => measurements.Sum(m => m.Failures);

    public void Print(TextWriter to)
    {
        var shown = options.Connections.Contains(16) ? 16 : options.Connections[0];
        to.WriteLine(Text($"{options.Rounds} rounds of {options.Seconds} s, medians; {Environment.ProcessorCount} processors shared by server and driver.\n"));
        to.WriteLine(Text($"### Requests per server CPU-second at {shown} connections\n"));
        to.WriteLine("| workload | limit | ours | peer | ours / limit | goal | ours / peer | goal |");
        to.WriteLine("| --- | --: | --: | --: | --: | --: | --: | --: |");
        foreach (var workload in Workload.All) Ratios(to, workload, shown);

        to.WriteLine("\n### Throughput and latency\n");
        to.WriteLine("| workload | connections | target | req/s | to limit | p50 ms | p99 ms | per CPU-second | spread | failures |");
        to.WriteLine("| --- | --: | --- | --: | --: | --: | --: | --: | --: | --: |");
        foreach (var m in measurements)
            to.WriteLine(Text($"| {m.Workload} | {m.Connections} | {m.Target} | {m.PerSecond:N0} | {Ratio(m.PerSecond, Find(m.Workload, "limit", m.Connections)?.PerSecond)} | {m.P50:0.00} | {m.P99:0.00} | {m.PerCpuSecond:N0} | {m.Spread:P0} | {m.Failures} |"));

        to.WriteLine("\n### Start-up and memory\n");
        to.WriteLine("| target | start to first 200, ms | to limit | idle MB | to limit | after load MB | to limit | peak MB |");
        to.WriteLine("| --- | --: | --: | --: | --: | --: | --: | --: |");
        var limit = starts.FirstOrDefault(s => s.Target == "limit");
        foreach (var s in starts)
            to.WriteLine(Text($"| {s.Target} | {s.Milliseconds:0} | {Ratio(s.Milliseconds, limit?.Milliseconds)} | {s.IdleMb:0} | {Ratio(s.IdleMb, limit?.IdleMb)} | {s.LoadedMb:0} | {Ratio(s.LoadedMb, limit?.LoadedMb)} | {s.PeakMb:0} |"));

        if (saturation is not null)
        {
            to.WriteLine("\n### client_credentials while sign-ins keep the hash workers busy\n");
            to.WriteLine(Text($"{saturation.Unloaded:N0} req/s without, {saturation.Loaded:N0} req/s with: keeps **{saturation.Kept:0.00}** (goal 0.40)."));
            to.WriteLine(Text($"Sign-ins: {saturation.SignInsAlonePerSecond:0.0}/s alone, {saturation.SignInsPerSecond:0.0}/s beside it; {saturation.Refused} were asked to come back later."));
        }

        foreach (var noisy in measurements.Where(m => m.Target == "limit" && m.Connections == shown && m.Spread > LargestSpread))
            to.WriteLine(Text($"\nNOISY: the limit's own figures for {noisy.Workload} stray by {noisy.Spread:P0}; repeat this run when the machine is quiet."));
        to.WriteLine(Failures == 0 ? "\nEvery request was answered as expected." : Text($"\nFAILED: {Failures} requests were not answered as expected."));
    }

    private void Ratios(TextWriter to, Workload workload, int connections)
    {
        var limit = Find(workload.Id, "limit", connections)?.PerCpuSecond;
        var ours = Find(workload.Id, "ours", connections)?.PerCpuSecond;
        var peer = Find(workload.Id, "peer", connections)?.PerCpuSecond;
        if (limit is null && ours is null && peer is null) return;
        to.WriteLine(Text($"| {workload.Title} | {limit:N0} | {ours:N0} | {peer:N0} | {Judged(ours, limit, workload.GoalToLimit)} | {workload.GoalToLimit:0.00} | {Judged(ours, peer, workload.GoalToPeer)} | {workload.GoalToPeer:0.0} |"));
    }

    private Measurement? Find(string workload, string target, int connections) =>
        measurements.FirstOrDefault(m => m.Workload == workload && m.Target == target && m.Connections == connections);

    private static string Judged(double? value, double? to, double? goal) =>
        value is null || to is null ? "" : Text($"**{value / to:0.00}**{(goal is null || value / to >= goal ? "" : " (missed)")}");

    private static string Ratio(double? value, double? to) => value is null || to is null ? "" : Text($"{value / to:0.00}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
