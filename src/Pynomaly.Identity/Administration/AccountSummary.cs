namespace Pynomaly.Identity.Administration;

/// <summary>An account as administrators see it in a list.</summary>
public sealed record AccountSummary(string Id, string UserName, string? Email, bool IsDisabled, IReadOnlyList<string> Roles, bool HasSecondFactor, DateTimeOffset Created);
