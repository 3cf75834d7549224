using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>A page about one person. Each of its tabs is a page of its own.</summary>
internal abstract class PersonPage(CurrentPerson person, Operators operators, People people) : AdminPage(person, operators)
{
    /// <summary>The tabs: the last part of the address, and the permission without which it is not shown.</summary>
    private static readonly (string Name, string? Permission)[] AllTabs =
    [
        ("", null), ("roles", ManagementPermissions.ViewRoles), ("factors", null), ("sessions", ManagementPermissions.ViewSessions), ("grants", ManagementPermissions.ViewSessions),
        ("keys", ManagementPermissions.ViewApiKeys), ("activity", ManagementPermissions.ViewAudit),
    ];

    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewUsers;

    /// <summary>Whose page it is.</summary>
    public string PersonId => RouteData.Values["id"] as string ?? "";

    /// <summary>The person.</summary>
    public PersonDetails Shown { get; private set; } = null!;

    /// <summary>The name that they go by.</summary>
    public string Name => Words.Name(Shown.Account.DisplayName);

    /// <summary>The address of a tab.</summary>
    public string PathOf(string tab) => $"/admin/people/{PersonId}{(tab.Length == 0 ? "" : "/")}{tab}";

    /// <summary>The tabs that the operator may see.</summary>
    public IEnumerable<string> Tabs => AllTabs.Where(tab => tab.Permission is null || Operator.Holds(tab.Permission)).Select(tab => tab.Name);

    /// <summary>What the form was decided on.</summary>
    [BindProperty]
    public string? Version { get; set; }

    /// <summary>Shows it.</summary>
    public virtual async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        return Page();
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken) => Shown = await people.GetAsync(Operator, PersonId, cancellationToken);
}
