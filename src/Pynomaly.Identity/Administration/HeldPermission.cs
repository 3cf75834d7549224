namespace Pynomaly.Identity.Administration;

/// <summary>A permission that somebody holds, and why.</summary>
/// <param name="Permission">Its name.</param>
/// <param name="Reasons">What grants it.</param>
public sealed record HeldPermission(string Permission, IReadOnlyList<PermissionReason> Reasons);
