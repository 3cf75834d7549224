using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>The catalogue of permissions, by the API that each belongs to.</summary>
internal sealed class PermissionsModel(CurrentPerson person, Operators operators, PermissionAdministration permissions) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewRoles;

    /// <summary>A part of the name or of the description.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Search { get; set; }

    /// <summary>The groups.</summary>
    public IReadOnlyList<PermissionGroup> Groups { get; private set; } = [];

    /// <summary>The address of a permission's page: its colon is a step of the path.</summary>
    public static string PathOf(string permission) => $"/admin/permissions/{permission.Replace(':', '/')}";

    /// <summary>Shows it.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var all = await permissions.ListAsync(Operator, cancellationToken);
        Groups = string.IsNullOrWhiteSpace(Search) ? all : [.. all.Select(group => group with { Permissions = [.. group.Permissions.Where(Fits)] }).Where(group => group.Permissions.Count > 0)];
    }

    private bool Fits(PermissionSummary one) =>
        one.Name.Contains(Search!.Trim(), StringComparison.OrdinalIgnoreCase) || one.Description?.Contains(Search!.Trim(), StringComparison.OrdinalIgnoreCase) is true;
}
