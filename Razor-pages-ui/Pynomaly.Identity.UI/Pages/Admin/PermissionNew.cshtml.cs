using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>Enters a permission into the catalogue.</summary>
internal sealed class PermissionNewModel(CurrentPerson person, Operators operators, PermissionAdministration permissions) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ManageRoles;

    /// <summary>Its name.</summary>
    [BindProperty]
    public string? Name { get; set; }

    /// <summary>One sentence for people.</summary>
    [BindProperty]
    public string? Description { get; set; }

    /// <summary>The API that it belongs to.</summary>
    [BindProperty]
    public string? Resource { get; set; }

    /// <summary>Shows the form.</summary>
    public IActionResult OnGet() => AskToConfirm() ?? Page();

    /// <summary>Enters it.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var made = await permissions.CreateAsync(Operator, Name?.Trim() ?? "", Description, Resource, cancellationToken);
        return Told("PermissionMade", PermissionsModel.PathOf(made.Name), made.Name);
    }
}
