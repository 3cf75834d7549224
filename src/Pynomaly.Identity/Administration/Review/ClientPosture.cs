namespace Pynomaly.Identity.Administration.Review;

/// <summary>How a client stands.</summary>
/// <param name="ClientId">Which.</param>
/// <param name="Name">The name shown to people.</param>
/// <param name="Purpose">One of <see cref="ClientPurposes"/>.</param>
/// <param name="Findings">What falls short, the gravest first.</param>
/// <param name="Scores">How much of each profile it meets.</param>
public sealed record ClientPosture(string ClientId, string Name, string Purpose, IReadOnlyList<PostureFinding> Findings, IReadOnlyList<PostureScore> Scores)
{
    /// <summary>The gravest severity; null: nothing was found.</summary>
    public string? Worst => Findings.Count == 0 ? null : Findings[0].Severity;
}
