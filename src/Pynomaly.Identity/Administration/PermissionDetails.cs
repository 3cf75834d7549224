namespace Pynomaly.Identity.Administration;

/// <summary>A permission, and what speaks of it: what its deletion would take away.</summary>
/// <param name="Permission">The permission.</param>
/// <param name="Roles">Roles that grant it, and by which pattern.</param>
/// <param name="Clients">The first hundred clients whose registration names it or a pattern of it.</param>
/// <param name="ClientCount">How often clients' registrations do.</param>
/// <param name="Scopes">Scopes that cover it.</param>
public sealed record PermissionDetails(PermissionSummary Permission, IReadOnlyList<PermissionReason> Roles, IReadOnlyList<PermissionReason> Clients, int ClientCount, IReadOnlyList<string> Scopes);
