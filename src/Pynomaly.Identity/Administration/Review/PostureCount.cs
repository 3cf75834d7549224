namespace Pynomaly.Identity.Administration.Review;

/// <summary>How many clients have a finding.</summary>
/// <param name="Id">The criterion.</param>
/// <param name="Severity">"high", "medium" or "low".</param>
/// <param name="Clients">How many enabled clients fall short of it.</param>
public sealed record PostureCount(string Id, string Severity, int Clients);
