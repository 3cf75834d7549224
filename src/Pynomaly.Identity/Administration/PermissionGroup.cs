namespace Pynomaly.Identity.Administration;

/// <summary>The permissions of one API.</summary>
/// <param name="Resource">The API's audience; null: those of no API in particular.</param>
/// <param name="Permissions">Its permissions, by name.</param>
public sealed record PermissionGroup(string? Resource, IReadOnlyList<PermissionSummary> Permissions);
