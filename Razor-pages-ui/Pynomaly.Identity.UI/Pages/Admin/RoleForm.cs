using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>The form of a role, new or known: it can show what the patterns grant before anything is saved.</summary>
internal abstract class RoleForm(CurrentPerson person, Operators operators, RoleAdministration roles) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ManageRoles;

    /// <summary>One sentence for administrators.</summary>
    [BindProperty]
    public string? Description { get; set; }

    /// <summary>The patterns, one a line.</summary>
    [BindProperty]
    public string? Permissions { get; set; }

    /// <summary>Whether who has it signs in with a second factor only.</summary>
    [BindProperty]
    public bool RequireSecondFactor { get; set; }

    /// <summary>What the patterns would grant, when that was asked for.</summary>
    public IReadOnlyList<PatternExpansion>? Preview { get; private set; }

    /// <summary>What the form says.</summary>
    protected RoleChange Change => new() { Description = Description ?? "", Permissions = Patterns, RequireSecondFactor = RequireSecondFactor };

    private IReadOnlyList<string> Patterns => LinesOf(Permissions);

    /// <summary>Shows what the patterns would grant; nothing is saved.</summary>
    public async Task OnPostPreviewAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        Preview = await roles.ExpandAsync(Operator, Patterns);
    }
}
