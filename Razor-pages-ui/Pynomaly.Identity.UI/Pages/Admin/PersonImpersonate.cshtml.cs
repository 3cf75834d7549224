using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>A token in a person's stead (RFC 8693 §4.1), for finding out what they see. Shown in the answer of the form, once.</summary>
internal sealed class PersonImpersonateModel(CurrentPerson person, Operators operators, People people, Impersonation impersonation) : PersonPage(person, operators, people)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ImpersonateUsers;

    /// <summary>The client.</summary>
    [BindProperty]
    public string? ClientId { get; set; }

    /// <summary>The scopes.</summary>
    [BindProperty]
    public string? Scope { get; set; }

    /// <summary>The API.</summary>
    [BindProperty]
    public string? Resource { get; set; }

    /// <summary>Why.</summary>
    [BindProperty]
    public string? Reason { get; set; }

    /// <summary>What was made.</summary>
    public ImpersonationToken? Token { get; private set; }

    /// <inheritdoc/>
    public override async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => AskToConfirm() ?? await base.OnGetAsync(cancellationToken);

    /// <summary>Makes the token.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var request = new ImpersonationRequest { ClientId = ClientId ?? "", Scope = Scope ?? "", Resource = string.IsNullOrWhiteSpace(Resource) ? null : Resource, Reason = Reason ?? "" };
        Token = await impersonation.IssueAsync(Operator, PersonId, request, cancellationToken);
        await LoadAsync(cancellationToken);
        return Page();
    }
}
