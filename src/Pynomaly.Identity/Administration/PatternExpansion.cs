namespace Pynomaly.Identity.Administration;

/// <summary>A pattern, and the permissions that it stands for today.</summary>
public sealed record PatternExpansion(string Pattern, IReadOnlyList<string> Permissions);
