namespace Pynomaly.Identity.Administration;

/// <summary>A person who holds a permission, and why.</summary>
public sealed record PermissionHolder(string Id, string UserName, string? Email, bool IsDisabled, IReadOnlyList<PermissionReason> Reasons);
