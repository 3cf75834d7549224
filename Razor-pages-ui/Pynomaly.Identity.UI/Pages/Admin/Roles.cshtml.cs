using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>The roles, and how much each grants.</summary>
internal sealed class RolesModel(CurrentPerson person, Operators operators, RoleAdministration roles) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewRoles;

    /// <summary>Where the list goes on.</summary>
    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    /// <summary>The list.</summary>
    public Page<RoleDetails> List { get; private set; } = new([], null);

    /// <summary>Shows it.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken) => List = await roles.ListAsync(Operator, After, Cursors.Usual, cancellationToken);
}
