using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.UI.Resources;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>An authenticator app on the way to a second factor: shown as QR code and key, added with its first code.</summary>
internal sealed class EnrolAppModel(
    Interactions interactions, PendingSignIns pending, SecondFactors factors, Authenticators authenticators, BackupCodes codes, OwnSessions others, Accounts accounts, CurrentPerson person, IStringLocalizer<Texts> text)
    : EnrolmentPage(interactions, pending, factors, codes, others, accounts, person, text)
{
    /// <summary>Its path.</summary>
    public const string Path = Paths.EnrolPage + "/app";

    /// <summary>Names the app that is being added.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Handle { get; set; }

    /// <summary>Its first code.</summary>
    [BindProperty]
    public string? Code { get; set; }

    /// <summary>QR code and key.</summary>
    public AuthenticatorView Authenticator { get; private set; } = null!;

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await UnmetAppAsync(cancellationToken) ?? Page();

    /// <summary>Takes the first code.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await UnmetAppAsync(cancellationToken) is { } unmet) return unmet;
        if (string.IsNullOrWhiteSpace(Code))
            ModelState.AddModelError(nameof(Code), Text["Factor.CodeMissing"]);
        else if (await authenticators.ProveAsync(HttpContext, Pending.UserId, Handle!, Words.WithoutBlanks(Code), Text["Authenticator.Name"], cancellationToken))
            return await EnrolledAsync(AuthenticationMethods.OneTimeCode, cancellationToken);
        else
            ModelState.AddModelError(nameof(Code), Text["Authenticator.CodeWrong"]);
        return Page();
    }

    private async Task<IActionResult?> UnmetAppAsync(CancellationToken cancellationToken)
    {
        if (await UnmetEnrolmentAsync(cancellationToken) is { } unmet) return unmet;
        if (await authenticators.FindAsync(HttpContext, Pending.UserId, Handle ?? "", cancellationToken) is not { } begun) return new SeeOther(Carry(Paths.EnrolPage, Step));
        Authenticator = AuthenticatorView.Of(begun);
        return null;
    }
}
