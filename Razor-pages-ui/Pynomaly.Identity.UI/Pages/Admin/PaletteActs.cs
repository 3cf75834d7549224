using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>What the palette offers beside the areas, once something is typed: pages on which something is begun.</summary>
internal static class PaletteActs
{
    /// <summary>All of them: where to, the name of the text, and the permissions that the page needs.</summary>
    public static IReadOnlyList<(string Path, string Words, string[] Permissions)> All { get; } =
    [
        ("/admin/people/new", "Palette.Invite", [ManagementPermissions.ManageUsers]),
        ("/admin/clients/-/new", "Clients.Add", [ManagementPermissions.ManageClients]),
        ("/admin/scopes/-/new", "Scopes.Add", [ManagementPermissions.ManageClients]),
        ("/admin/roles/-/new", "Roles.New", [ManagementPermissions.ManageRoles]),
        ("/admin/api-keys/new", "ApiKeys.Add", [ManagementPermissions.ManageApiKeys]),
        ("/admin/explain/token", "Palette.Simulate", [ManagementPermissions.ViewRoles]),
        ("/admin/audit/seals", "Palette.Verify", [ManagementPermissions.ViewAudit]),
        ("/admin/webhooks/new", "Webhooks.New", [ManagementPermissions.ManageSystem, ManagementPermissions.ViewAudit]),
        ("/admin/event-receivers/new", "Receivers.New", [ManagementPermissions.ManageSystem, ManagementPermissions.ViewAudit]),
        ("/admin/imports/new", "Imports.New", [ManagementPermissions.ManageSystem]),
        ("/admin/settings/drift", "Palette.Drift", [ManagementPermissions.ViewSystem]),
    ];
}
