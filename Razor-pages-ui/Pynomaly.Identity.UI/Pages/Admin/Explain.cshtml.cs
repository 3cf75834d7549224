using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>Who may do what, and why: for a person, a client or an API key.</summary>
internal sealed partial class ExplainModel(CurrentPerson person, Operators operators, Explanations explanations) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewRoles;

    /// <inheritdoc/>
    protected override bool IsShownEmpty => true;

    /// <summary>A user name, a client_id or the id of a key.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Subject { get; set; }

    /// <summary>The permission that is asked about; empty: all that the subject holds.</summary>
    [BindProperty(SupportsGet = true, Name = "permission")]
    public string? Asked { get; set; }

    /// <summary>The answer.</summary>
    public SubjectExplanation? Found { get; private set; }

    /// <summary>True when there is no such subject.</summary>
    public bool IsUnknown { get; private set; }

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        // Only a permission: who holds it stands on its own page.
        if (string.IsNullOrWhiteSpace(Subject)) return OnePermission().IsMatch(Asked?.Trim() ?? "") ? new SeeOther(PermissionsModel.PathOf(Asked!.Trim())) : Page();
        try
        {
            Found = await explanations.ExplainAsync(Operator, Subject.Trim(), string.IsNullOrWhiteSpace(Asked) ? null : Asked.Trim(), cancellationToken);
        }
        catch (AdministrationException refusal) when (refusal.Problem == AdministrationProblem.NotFound)
        {
            IsUnknown = true; // an answer too
        }

        return Page();
    }

    /// <inheritdoc/>
    protected override string FieldOf(string name) => name == "permission" ? "asked" : base.FieldOf(name);

    [GeneratedRegex(@"^[A-Za-z0-9_.-]+:[A-Za-z0-9_.-]+$")]
    private static partial Regex OnePermission();
}
