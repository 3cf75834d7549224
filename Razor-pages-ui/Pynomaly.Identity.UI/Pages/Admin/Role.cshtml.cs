using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>A role: what each of its patterns grants, and who has it.</summary>
internal sealed class RoleModel(CurrentPerson person, Operators operators, RoleAdministration roles) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewRoles;

    /// <summary>Where the list of those who have it goes on.</summary>
    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    /// <summary>What the form was decided on.</summary>
    [BindProperty]
    public string? Version { get; set; }

    /// <summary>Whether it is taken from those who have it.</summary>
    [BindProperty]
    public bool TakeAway { get; set; }

    /// <summary>Whether their tokens end too.</summary>
    [BindProperty]
    public bool EndTokens { get; set; }

    /// <summary>The role.</summary>
    public RoleDetails Role { get; private set; } = null!;

    /// <summary>Those who have it.</summary>
    public Page<Holder> Holders { get; private set; } = new([], null);

    /// <summary>True when the operator may change or delete it.</summary>
    public bool MayBeChanged => Role.MayBeGiven && Operator.Holds(ManagementPermissions.ManageRoles);

    private string Name => RouteData.Values["name"] as string ?? "";

    /// <summary>Shows it.</summary>
    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <summary>Deletes it.</summary>
    public async Task<IActionResult> OnPostDeleteAsync(CancellationToken cancellationToken)
    {
        await roles.DeleteAsync(Operator, Name, TakeAway, EndTokens, Version, cancellationToken);
        return Told("RoleDeleted", "/admin/roles", Name);
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        Role = await roles.GetAsync(Operator, Name, cancellationToken);
        Holders = await roles.HoldersAsync(Operator, Name, After, Cursors.Usual, cancellationToken);
    }
}
