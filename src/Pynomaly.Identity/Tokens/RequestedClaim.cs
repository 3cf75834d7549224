namespace Pynomaly.Identity.Tokens;

/// <summary>One claim of the claims parameter: whether it is essential, and which values will do.</summary>
public sealed record RequestedClaim(string Name, bool Essential, IReadOnlyList<string> Values);
