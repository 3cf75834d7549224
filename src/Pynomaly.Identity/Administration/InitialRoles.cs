using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration;

/// <summary>The roles of a new installation: those of Pynomaly's two security documents, and those of this server's administrators. Where both define one, the union would widen it, so the first stands.</summary>
internal static class InitialRoles
{
    /// <summary>The roles of this server's administrators.</summary>
    public static IReadOnlyList<(string Name, string Description, List<string> Permissions)> Administrators { get; } =
    [
        ("owner", "Owns this server: everything, and says who else may do what", ["*:*"]),
        ("reader", "Sees how this server stands, changes nothing", [.. ManagementPermissions.All.Select(one => one.Name).Where(name => name.StartsWith("view:", StringComparison.Ordinal))]),
        ("user_manager", "Looks after accounts, their roles and their sessions",
            [ManagementPermissions.ViewUsers, ManagementPermissions.ManageUsers, ManagementPermissions.ViewRoles, ManagementPermissions.AssignRoles, ManagementPermissions.ViewSessions, ManagementPermissions.ManageSessions]),
        ("client_manager", "Looks after applications, scopes and API keys",
            [ManagementPermissions.ViewClients, ManagementPermissions.ManageClients, ManagementPermissions.ViewRoles, ManagementPermissions.ViewApiKeys, ManagementPermissions.ManageApiKeys]),
        ("security_officer", "Watches over sign-ins, tokens and keys, and ends what has to end",
            [.. ManagementPermissions.All.Select(one => one.Name).Where(name => name.StartsWith("view:", StringComparison.Ordinal)), ManagementPermissions.ManageSessions, ManagementPermissions.ManageKeys, ManagementPermissions.ManageApiKeys]),
    ];

    /// <summary>Name, one sentence, permission patterns.</summary>
    public static IReadOnlyList<(string Name, string Description, List<string> Permissions)> All { get; } =
    [
        ("admin", "Everything, this server's own administration included", ["*:*"]),
        .. Administrators,
        ("data_scientist", "Builds detectors and runs experiments",
            ["read:detectors", "write:detectors", "read:datasets", "write:datasets", "read:results", "write:results", "read:experiments", "write:experiments"]),
        ("analyst", "Looks into data and results, and uploads datasets", ["read:detectors", "read:datasets", "write:datasets", "read:results", "read:experiments"]),
        ("viewer", "Looks, changes nothing", ["read:detectors", "read:datasets", "read:results"]),
        ("api_client", "A program that works with detectors and datasets", ["read:detectors", "write:detectors", "read:datasets", "write:datasets", "read:results"]),
        ("user", "Works with detectors and datasets, and sees metrics", ["read:detectors", "write:detectors", "read:datasets", "write:datasets", "view:metrics"]),
        ("api_user", "A program that works with detectors and reads datasets", ["read:detectors", "write:detectors", "read:datasets"]),
    ];
}
