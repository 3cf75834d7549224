namespace Pynomaly.Identity.Tokens;

/// <summary>How long revocations took by one path, on this node, since it started.</summary>
/// <param name="Path">The path.</param>
/// <param name="Count">How many were measured.</param>
/// <param name="Median">Half of the last few thousand were quicker. Null: none was measured.</param>
/// <param name="Slowest">99 of 100 were quicker.</param>
public sealed record RevocationDelay(RevocationPath Path, long Count, TimeSpan? Median, TimeSpan? Slowest);
