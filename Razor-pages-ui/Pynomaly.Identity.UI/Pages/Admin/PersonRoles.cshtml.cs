using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>The roles of a person, and what they amount to.</summary>
internal sealed class PersonRolesModel(CurrentPerson person, Operators operators, People people, RoleAdministration roles) : PersonPage(person, operators, people)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewRoles;

    /// <summary>The role to give.</summary>
    [BindProperty]
    public string? Role { get; set; }

    /// <summary>The role to take away.</summary>
    [BindProperty]
    public string? Id { get; set; }

    /// <summary>Whether the tokens that live end too.</summary>
    [BindProperty]
    public bool EndTokens { get; set; }

    /// <summary>The roles of the person.</summary>
    public IReadOnlyList<RoleDetails> Had { get; private set; } = [];

    /// <summary>The roles that the operator may give them.</summary>
    public IReadOnlyList<RoleDetails> Others { get; private set; } = [];

    /// <summary>Gives a role.</summary>
    public async Task<IActionResult> OnPostGiveAsync(CancellationToken cancellationToken)
    {
        await roles.AssignAsync(Operator, PersonId, Role ?? "", cancellationToken);
        return Told("RoleGiven", with: Role);
    }

    /// <summary>Takes a role away.</summary>
    public async Task<IActionResult> OnPostTakeAsync(CancellationToken cancellationToken)
    {
        await roles.UnassignAsync(Operator, PersonId, Id ?? "", EndTokens, cancellationToken);
        return Told("RoleTaken", with: Id);
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        await base.LoadAsync(cancellationToken);
        var all = (await roles.ListAsync(Operator, null, Cursors.Most, cancellationToken)).Items;
        Had = [.. all.Where(role => Shown.Account.Roles.Contains(role.Name))];
        Others = [.. all.Where(role => role.MayBeGiven && !Shown.Account.Roles.Contains(role.Name))];
    }
}
