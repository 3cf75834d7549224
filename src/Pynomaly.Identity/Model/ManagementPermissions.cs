namespace Pynomaly.Identity.Model;

/// <summary>The permissions over this server itself. Who holds one is an administrator: signs in with a second factor, and grants none of them that they do not hold.</summary>
public static class ManagementPermissions
{
#pragma warning disable CS1591 // the sentences stand in All
    public const string ViewUsers = "view:users";
    public const string ManageUsers = "manage:users";
    public const string AssignRoles = "assign:roles";
    public const string ImpersonateUsers = "impersonate:users";
    public const string ViewRoles = "view:roles";
    public const string ManageRoles = "manage:roles";
    public const string ViewClients = "view:clients";
    public const string ManageClients = "manage:clients";
    public const string ViewApiKeys = "view:api-keys";
    public const string ManageApiKeys = "manage:api-keys";
    public const string ViewSessions = "view:sessions";
    public const string ManageSessions = "manage:sessions";
    public const string ViewKeys = "view:keys";
    public const string ManageKeys = "manage:keys";
    public const string ViewSystem = "view:system";
    public const string ManageSystem = "manage:system";
    public const string ViewAudit = "view:audit";
#pragma warning restore CS1591

    /// <summary>Name, and one sentence for people.</summary>
    public static IReadOnlyList<(string Name, string Description)> All { get; } =
    [
        (ViewUsers, "See accounts"),
        (ManageUsers, "Create, change and disable accounts"),
        (AssignRoles, "Give people roles and take them, also such as grant permissions of APIs that one does not hold oneself"),
        (ImpersonateUsers, "Get tokens in a person's stead, marked as such"),
        (ViewRoles, "See roles and permissions, and who has them"),
        (ManageRoles, "Change roles and the catalogue of permissions"),
        (ViewClients, "See applications, scopes and APIs"),
        (ManageClients, "Register and change applications"),
        (ViewApiKeys, "See API keys"),
        (ManageApiKeys, "Make, rotate and revoke API keys"),
        (ViewSessions, "See sessions, grants and revocations"),
        (ManageSessions, "End sessions and grants, and revoke tokens"),
        (ViewKeys, "See signing keys"),
        (ManageKeys, "Rotate and revoke signing keys"),
        (ViewSystem, "See settings, health, bans and statistics"),
        (ManageSystem, "Change settings of the system"),
        (ViewAudit, "Read the audit trail"),
    ];

    /// <summary>Whether the permission is over this server; "manage:" and anything is, so that a catalogue of one's own cannot hide one.</summary>
    public static bool Contains(string permission) => permission.StartsWith("manage:", StringComparison.Ordinal) || All.Any(one => one.Name == permission);

    /// <summary>Those that the patterns grant.</summary>
    public static IEnumerable<string> Of(IReadOnlyCollection<string> patterns) => All.Select(one => one.Name).Where(name => PermissionPattern.AnyMatches(patterns, name));
}
