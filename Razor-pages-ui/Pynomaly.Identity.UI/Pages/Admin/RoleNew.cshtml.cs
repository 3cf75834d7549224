using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>Makes a role.</summary>
internal sealed class RoleNewModel(CurrentPerson person, Operators operators, RoleAdministration roles) : RoleForm(person, operators, roles)
{
    private readonly RoleAdministration _roles = roles;

    /// <summary>Its name.</summary>
    [BindProperty]
    public string? Name { get; set; }

    /// <summary>Shows the form.</summary>
    public IActionResult OnGet() => AskToConfirm() ?? Page();

    /// <summary>Makes it.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var role = await _roles.CreateAsync(Operator, Name?.Trim() ?? "", Change, cancellationToken);
        return Told("RoleMade", $"/admin/roles/{role.Name}", role.Name);
    }
}
