namespace Samples.DetectorsApi;

/// <summary>An anomaly detector: an algorithm, the dataset it watches, and the share of points that it expects to be anomalies.</summary>
internal sealed record Detector(string Id, string Name, string Algorithm, string Dataset, double Contamination)
{
    public static IReadOnlyList<string?> Algorithms { get; } = ["isolation_forest", "local_outlier_factor", "one_class_svm"];
}

/// <summary>A detector as a caller describes it, before anything is checked.</summary>
internal sealed record NewDetector(string? Name, string? Algorithm, string? Dataset, double Contamination = 0.05);

/// <summary>An anomaly that a detector found.</summary>
internal sealed record Detection(string Detector, double Score);

/// <summary>A dataset that detectors may watch.</summary>
internal sealed record Dataset(string Id, string Name, int Rows);
