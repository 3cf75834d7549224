namespace Pynomaly.Identity.Administration;

/// <summary>The roles of a new installation: those of Pynomaly's two security documents. Where both define one, the union would widen it, so the first stands.</summary>
internal static class InitialRoles
{
    /// <summary>Name, one sentence, permission patterns.</summary>
    public static IReadOnlyList<(string Name, string Description, List<string> Permissions)> All { get; } =
    [
        ("admin", "Everything, this server's own administration included", ["*:*"]),
        ("data_scientist", "Builds detectors and runs experiments",
            ["read:detectors", "write:detectors", "read:datasets", "write:datasets", "read:results", "write:results", "read:experiments", "write:experiments"]),
        ("analyst", "Looks into data and results, and uploads datasets", ["read:detectors", "read:datasets", "write:datasets", "read:results", "read:experiments"]),
        ("viewer", "Looks, changes nothing", ["read:detectors", "read:datasets", "read:results"]),
        ("api_client", "A program that works with detectors and datasets", ["read:detectors", "write:detectors", "read:datasets", "write:datasets", "read:results"]),
        ("user", "Works with detectors and datasets, and sees metrics", ["read:detectors", "write:detectors", "read:datasets", "write:datasets", "view:metrics"]),
        ("api_user", "A program that works with detectors and reads datasets", ["read:detectors", "write:detectors", "read:datasets"]),
    ];
}
