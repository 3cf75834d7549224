namespace Pynomaly.Identity.Administration;

/// <summary>An entry of the audit trail about a person.</summary>
public sealed record PersonEvent(long Sequence, DateTimeOffset At, string Name, string? Actor, string? ClientId, string? SessionId, string? Address, string? Detail);
