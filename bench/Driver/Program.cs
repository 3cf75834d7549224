using Pynomaly.Identity.Bench.Driver;

if (args.Contains("--help"))
{
    Console.WriteLine(Options.Usage);
    return 0;
}

var options = Options.Parse(args);
var bench = Environment.GetEnvironmentVariable("BENCH") ?? Directory.GetCurrentDirectory();
var run = Path.Combine(bench, "bin", "run");
if (Directory.Exists(run)) Directory.Delete(run, recursive: true);

Target Create(string name) => name switch
{
    "limit" => new LimitTarget(Path.Combine(bench, "bin", "limit"), Path.Combine(run, name)),
    "ours" => new OurTarget(bench, Path.Combine(run, name)),
    "peer" => new PeerTarget(Path.Combine(bench, "peer"), Path.Combine(run, name)),
    _ => throw new ArgumentException($"{name} is not a target.\n{Options.Usage}"),
};

var targets = options.Targets.Select(Create).ToList();
try
{
    Console.Error.WriteLine("  start-up");
    var starts = await StartUp.RunAsync(targets, options.Includes("start") ? StartUp.Starts : 1);
    var measurements = await new Comparison(options, targets).RunAsync();
    starts = [.. starts.Zip(targets, (s, t) => s with { LoadedMb = t.Server.MemoryMb("VmRSS:"), PeakMb = t.Server.MemoryMb("VmHWM:") })];
    var saturation = options.Includes("sign-in") && targets.OfType<OurTarget>().FirstOrDefault() is { } ours ? await Saturation.RunAsync(ours, options) : null;
    var report = new Report(options, measurements, starts, saturation);
    report.Print(Console.Out);
    return report.Failures == 0 ? 0 : 1;
}
finally
{
    foreach (var target in targets) target.Dispose();
}
