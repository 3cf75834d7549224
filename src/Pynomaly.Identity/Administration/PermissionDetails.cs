namespace Pynomaly.Identity.Administration;

/// <summary>A permission, and what speaks of it: what its deletion would take away.</summary>
/// <param name="Permission">The permission.</param>
/// <param name="Roles">Roles that grant it, and by which pattern.</param>
/// <param name="Clients">Clients whose registration names it or a pattern of it.</param>
/// <param name="Scopes">Scopes that cover it.</param>
public sealed record PermissionDetails(PermissionSummary Permission, IReadOnlyList<PermissionReason> Roles, IReadOnlyList<PermissionReason> Clients, IReadOnlyList<string> Scopes);
