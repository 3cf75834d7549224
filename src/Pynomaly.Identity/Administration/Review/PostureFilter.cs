namespace Pynomaly.Identity.Administration.Review;

/// <summary>Which clients the posture report shows; what is null does not narrow it.</summary>
public sealed record PostureFilter
{
    /// <summary>Those with a finding of this severity: "high", "medium" or "low".</summary>
    public string? Severity { get; init; }

    /// <summary>Those with this finding.</summary>
    public string? Finding { get; init; }
}
