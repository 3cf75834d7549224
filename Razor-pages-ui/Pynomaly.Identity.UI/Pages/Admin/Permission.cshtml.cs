using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>A permission: who grants it, which scopes cover it, and who holds it.</summary>
internal sealed class PermissionModel(CurrentPerson person, Operators operators, PermissionAdministration permissions, Explanations explanations) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewRoles;

    /// <summary>Where the list of those who hold it goes on.</summary>
    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    /// <summary>One sentence for people.</summary>
    [BindProperty]
    public string? Description { get; set; }

    /// <summary>The API that it belongs to.</summary>
    [BindProperty]
    public string? Resource { get; set; }

    /// <summary>What the form was decided on.</summary>
    [BindProperty]
    public string? Version { get; set; }

    /// <summary>Whether it is taken out of the roles and clients that name it.</summary>
    [BindProperty]
    public bool TakeAway { get; set; }

    /// <summary>The permission.</summary>
    public PermissionDetails Details { get; private set; } = null!;

    /// <summary>Those who hold it.</summary>
    public Page<PermissionHolder> Holders { get; private set; } = new([], null);

    private string Name => $"{RouteData.Values["verb"]}:{RouteData.Values["resource"]}";

    /// <summary>Shows it.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        (Description, Resource, Version) = (Details.Permission.Description, Details.Permission.Resource, Details.Permission.Version);
    }

    /// <summary>Saves it.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        await permissions.ChangeAsync(Operator, Name, Description ?? "", Resource ?? "", Version, cancellationToken);
        return Told("PermissionChanged", with: Name);
    }

    /// <summary>Deletes it.</summary>
    public async Task<IActionResult> OnPostDeleteAsync(CancellationToken cancellationToken)
    {
        await permissions.DeleteAsync(Operator, Name, TakeAway, Version, cancellationToken);
        return Told("PermissionDeleted", "/admin/permissions", Name);
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        Details = await permissions.GetAsync(Operator, Name, cancellationToken);
        Holders = await explanations.HoldersAsync(Operator, Name, After, Cursors.Usual, cancellationToken);
    }
}
