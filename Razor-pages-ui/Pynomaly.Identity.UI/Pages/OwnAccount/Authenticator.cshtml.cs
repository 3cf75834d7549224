using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.UI.Resources;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>Adds an authenticator app: scan, name, prove with the first code; then the backup codes, where there are none.</summary>
internal sealed class AuthenticatorModel(
    CurrentPerson person, Confirmation confirmation, Authenticators authenticators, BackupCodes codes, FactorChanges changes, IStringLocalizer<Texts> text) : AccountPage(person, confirmation)
{
    /// <summary>What is scanned or typed.</summary>
    public AuthenticatorEnrolment Enrolment { get; private set; } = null!;

    /// <summary>Names the enrolment.</summary>
    [BindProperty(Name = "handle")]
    public string? Handle { get; set; }

    /// <summary>The first code.</summary>
    [BindProperty]
    public string? Code { get; set; }

    /// <summary>The app's name.</summary>
    [BindProperty]
    public string? Name { get; set; }

    /// <summary>Begins.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await changes.BeginAuthenticatorAsync(HttpContext, Session, cancellationToken) is not { } begun) return Confirm();
        Enrolment = begun;
        return Page();
    }

    /// <summary>Adds it when the code holds; else shows the same key again.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        switch (await changes.AddAuthenticatorAsync(HttpContext, Session, Handle ?? "", Words.WithoutBlanks(Code ?? ""), Name ?? "", cancellationToken))
        {
            case FactorChange.Done: return (await codes.CountAsync(Session.UserId, cancellationToken)).Left > 0 ? Told("AuthenticatorAdded", Paths.SecurityPage) : Told("AuthenticatorAdded", Paths.BackupCodesPage);
            case FactorChange.NotConfirmed: return Confirm();
        }

        if (await authenticators.FindAsync(HttpContext, Session.UserId, Handle ?? "", cancellationToken) is not { } still) return Told("EnrolmentExpired");
        Enrolment = still;
        ModelState.AddModelError(nameof(Code), text["Security.WrongCode"]);
        return Page();
    }
}
