using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>Changes a role.</summary>
internal sealed class RoleEditModel(CurrentPerson person, Operators operators, RoleAdministration roles) : RoleForm(person, operators, roles)
{
    private readonly RoleAdministration _roles = roles;

    /// <summary>What the form was decided on.</summary>
    [BindProperty]
    public string? Version { get; set; }

    /// <summary>Whether the tokens of those who have it end too.</summary>
    [BindProperty]
    public bool EndTokens { get; set; }

    /// <summary>The role.</summary>
    public string Name => RouteData.Values["name"] as string ?? "";

    /// <summary>Shows the form.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (AskToConfirm() is { } elsewhere) return elsewhere;
        var role = await _roles.GetAsync(Operator, Name, cancellationToken);
        (Description, RequireSecondFactor, Version) = (role.Description, role.RequireSecondFactor, role.Version);
        Permissions = string.Join('\n', role.Patterns.Select(one => one.Pattern));
        return Page();
    }

    /// <summary>Saves it.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        await _roles.ChangeAsync(Operator, Name, Change, EndTokens, Version, cancellationToken);
        return Told("RoleChanged", $"/admin/roles/{Name}", Name);
    }
}
