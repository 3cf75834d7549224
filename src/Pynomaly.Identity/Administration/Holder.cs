namespace Pynomaly.Identity.Administration;

/// <summary>Somebody who has a role, or holds a permission.</summary>
public sealed record Holder(string Id, string UserName, string? Email, bool IsDisabled, IReadOnlyList<string> Roles);
