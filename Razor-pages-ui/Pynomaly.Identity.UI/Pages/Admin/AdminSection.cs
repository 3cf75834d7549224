using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>One entry of the console's navigation.</summary>
/// <param name="Path">Where it leads.</param>
/// <param name="Name">The name of its text, below "Nav.".</param>
/// <param name="Icon">Its drawing.</param>
/// <param name="Permission">The permission without which it is not shown; null: for every administrator.</param>
/// <param name="Group">The name of the group that it stands in, below "Group."; empty: none.</param>
internal sealed record AdminSection(string Path, string Name, string Icon, string? Permission, string Group)
{
    /// <summary>All of them, in the order of the page.</summary>
    public static IReadOnlyList<AdminSection> All { get; } =
    [
        new(Paths.AdminPage, "Dashboard", "home", null, ""),
        new("/admin/people", "People", "user", ManagementPermissions.ViewUsers, "People"),
        new("/admin/roles", "Roles", "shield-check", ManagementPermissions.ViewRoles, "People"),
        new("/admin/permissions", "Permissions", "lock", ManagementPermissions.ViewRoles, "People"),
        new("/admin/explain", "Explain", "info", ManagementPermissions.ViewRoles, "People"),
        new("/admin/clients", "Clients", "app", ManagementPermissions.ViewClients, "Applications"),
        new("/admin/scopes", "Scopes", "globe", ManagementPermissions.ViewClients, "Applications"),
        new("/admin/api-keys", "ApiKeys", "key", ManagementPermissions.ViewApiKeys, "Applications"),
        new("/admin/sessions", "Sessions", "devices", ManagementPermissions.ViewSessions, "Tokens"),
        new("/admin/grants", "Grants", "check", ManagementPermissions.ViewSessions, "Tokens"),
        new("/admin/revocations", "Revocations", "attention", ManagementPermissions.ViewSessions, "Tokens"),
        new("/admin/signing-keys", "SigningKeys", "passkey", ManagementPermissions.ViewKeys, "Tokens"),
        new("/admin/audit", "Audit", "clock", ManagementPermissions.ViewAudit, "System"),
        new("/admin/webhooks", "Webhooks", "send", ManagementPermissions.ViewAudit, "System"),
        new("/admin/event-receivers", "EventReceivers", "bell", ManagementPermissions.ViewAudit, "System"),
        new("/admin/abuse", "Abuse", "shield-alert", ManagementPermissions.ViewSystem, "System"),
        new("/admin/imports", "Imports", "download", ManagementPermissions.ViewSystem, "System"),
        new("/admin/settings", "Settings", "sliders", ManagementPermissions.ViewSystem, "System"),
        new("/admin/health", "Health", "pulse", ManagementPermissions.ViewSystem, "System"),
    ];

    /// <summary>The section that a page stands in: the longest path that it begins with.</summary>
    public static AdminSection Of(PathString path) =>
        All.Where(section => path.StartsWithSegments(section.Path, StringComparison.OrdinalIgnoreCase)).MaxBy(section => section.Path.Length) ?? All[0];
}
