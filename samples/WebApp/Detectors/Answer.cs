namespace Samples.WebApp.Detectors;

/// <summary>What the API answered: a value, or a sentence that says why there is none.</summary>
internal sealed record Answer<T>(T? Value, string? Problem);

/// <summary>A detector, as the API writes it.</summary>
internal sealed record Detector(string Id, string Name, string Algorithm, string Dataset, double Contamination);

/// <summary>A detector that does not exist yet.</summary>
internal sealed record NewDetector(string Name, string Algorithm, string Dataset, double Contamination);

/// <summary>How the API sees the caller.</summary>
internal sealed record WhoAmI(string? Subject, string? ClientId, string? TokenId, string[] Roles, string[] Permissions);
