using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Samples.DetectorsApi;

/// <summary>The sample's data, in memory: it starts the same each time and is gone with the process.</summary>
internal sealed class Laboratory
{
    private readonly ConcurrentDictionary<string, Detector> _detectors = new(StringComparer.Ordinal)
    {
        ["pump-vibration"] = new("pump-vibration", "Pump vibration", "isolation_forest", "pump-telemetry", 0.02),
        ["card-fraud"] = new("card-fraud", "Card fraud", "local_outlier_factor", "card-payments", 0.001),
        ["turbine-heat"] = new("turbine-heat", "Turbine heat", "one_class_svm", "turbine-temperature", 0.05),
    };

    public IReadOnlyList<Dataset> Datasets { get; } =
    [
        new("pump-telemetry", "Pump telemetry", 1_209_600),
        new("card-payments", "Card payments", 284_807),
        new("turbine-temperature", "Turbine temperature", 52_560),
    ];

    public IEnumerable<Detector> Detectors => _detectors.Values.OrderBy(detector => detector.Id, StringComparer.Ordinal);

    public Detector? Find(string id) => _detectors.GetValueOrDefault(id);

    public Detector Add(NewDetector asked)
    {
        var made = new Detector($"detector-{Guid.NewGuid():N}"[..17], asked.Name!.Trim(), asked.Algorithm!, asked.Dataset!, asked.Contamination);
        _detectors[made.Id] = made;
        return made;
    }

    public bool Remove(string id) => _detectors.TryRemove(id, out _);

    /// <summary>What the detectors find, as they find it: here each of them something every second.</summary>
    public async IAsyncEnumerable<Detection> DetectAsync([EnumeratorCancellation] CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            foreach (var detector in Detectors) yield return new Detection(detector.Id, Math.Round(1 - detector.Contamination, 3));
            await Task.Delay(TimeSpan.FromSeconds(1), stop);
        }
    }

    /// <summary>What is wrong with a new detector, field by field; empty where nothing is.</summary>
    public Dictionary<string, string[]> Check(NewDetector asked)
    {
        var problems = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (string.IsNullOrWhiteSpace(asked.Name) || asked.Name.Length > 100) problems["name"] = ["Write a name of 1 to 100 characters."];
        if (!Detector.Algorithms.Contains(asked.Algorithm)) problems["algorithm"] = [$"Choose one of {string.Join(", ", Detector.Algorithms)}."];
        if (!Datasets.Any(dataset => dataset.Id == asked.Dataset)) problems["dataset"] = ["Name a dataset that GET /datasets lists."];
        if (asked.Contamination is not (> 0 and <= 0.5)) problems["contamination"] = ["Choose a share above 0 and at most 0.5."];
        return problems;
    }
}
