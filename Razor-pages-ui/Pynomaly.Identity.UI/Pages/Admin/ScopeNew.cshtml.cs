using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>Makes a scope.</summary>
internal sealed class ScopeNewModel(CurrentPerson person, Operators operators, ScopeAdministration scopes) : ScopeForm(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ManageClients;

    /// <summary>The scope token.</summary>
    [BindProperty]
    public string? Name { get; set; }

    /// <summary>Shows the form.</summary>
    public IActionResult OnGet() => AskToConfirm() ?? Page();

    /// <summary>Makes it.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var patterns = LinesOf(Permissions);
        var made = await scopes.CreateAsync(Operator, new NewScope(Name?.Trim() ?? "", TextOf(DisplayName), TextOf(Description), LinesOf(Resources), patterns.Length == 0 ? null : patterns), cancellationToken);
        return Told("ScopeMade", $"/admin/scopes/{Uri.EscapeDataString(made.Name)}", made.Name);
    }
}
