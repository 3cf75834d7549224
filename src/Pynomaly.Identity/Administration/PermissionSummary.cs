namespace Pynomaly.Identity.Administration;

/// <summary>A permission of the catalogue.</summary>
/// <param name="Name">verb:resource.</param>
/// <param name="Description">One sentence for people.</param>
/// <param name="Resource">The audience of its API.</param>
/// <param name="IsManagement">True: over this server itself.</param>
/// <param name="Version">What a change is conditional on.</param>
public sealed record PermissionSummary(string Name, string? Description, string? Resource, bool IsManagement, string Version);
