using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.UI.Resources;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>The first page of the way to a second factor, for people who must have one: choose. A passkey is added from here; an authenticator app has a page of its own.</summary>
internal sealed class EnrolModel(
    Interactions interactions, PendingSignIns pending, SecondFactors factors, Authenticators authenticators, Passkeys passkeys, BackupCodes codes, OwnSessions others, Accounts accounts, CurrentPerson person,
    IStringLocalizer<Texts> text)
    : EnrolmentPage(interactions, pending, factors, codes, others, accounts, person, text)
{
    /// <summary>Names the ceremony that made the passkey.</summary>
    [BindProperty]
    public string? Handle { get; set; }

    /// <summary>The authenticator's answer, as JSON.</summary>
    [BindProperty]
    public string? Credential { get; set; }

    /// <summary>Why the passkey was not added: the name of its text; null: nothing was refused.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Shows the choice.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await UnmetEnrolmentAsync(cancellationToken) ?? Page();

    /// <summary>Begins with an authenticator app.</summary>
    public async Task<IActionResult> OnPostAppAsync(CancellationToken cancellationToken)
    {
        if (await UnmetEnrolmentAsync(cancellationToken) is { } unmet) return unmet;
        var begun = await authenticators.BeginAsync(HttpContext, Pending.UserId, cancellationToken);
        return new SeeOther(Carry($"{EnrolAppModel.Path}?handle={Uri.EscapeDataString(begun.Handle)}", Step));
    }

    /// <summary>Adds the passkey that the browser has made.</summary>
    public async Task<IActionResult> OnPostPasskeyAsync(CancellationToken cancellationToken)
    {
        if (await UnmetEnrolmentAsync(cancellationToken) is { } unmet) return unmet;
        switch (await passkeys.AddAsync(HttpContext, Pending.UserId, Handle ?? "", Credential ?? "", null, cancellationToken))
        {
            case PasskeyResult.Added added:
                return await EnrolledAsync(Passkeys.MethodOf(added.Passkey), cancellationToken);
            case PasskeyResult.Refused refused:
                Refusal = Text[$"PasskeyProblem.{refused.Reason}"] is { ResourceNotFound: false } known ? known : Text["PasskeyProblem.invalid"];
                return Page();
            default:
                return Page();
        }
    }
}
