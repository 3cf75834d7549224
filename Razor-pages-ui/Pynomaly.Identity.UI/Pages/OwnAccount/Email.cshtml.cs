using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>Another e-mail address: a link to it proves it. Or a link that proves the one there is.</summary>
internal sealed class EmailModel(
    CurrentPerson person, Confirmation confirmation, EmailChange change, EmailVerification verification, ServerOptions options, IStringLocalizer<Texts> text) : AccountPage(person, confirmation)
{
    /// <summary>The new address.</summary>
    [BindProperty]
    public string? Email { get; set; }

    /// <summary>True when this server sends e-mail.</summary>
    public bool HasMail => options.Mail.Delivery != "Off";

    /// <summary>Asks.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await RequireConfirmedAsync(cancellationToken) ?? Page();

    /// <summary>Sends the link to the new address. One answer, whether the address is somebody's or not (UE-05).</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await RequireConfirmedAsync(cancellationToken) is { } unconfirmed) return unconfirmed;
        if (HasMail && await change.BeginAsync(HttpContext, Session, Email ?? "", cancellationToken)) return Told("EmailSent", Paths.SecurityPage);
        ModelState.AddModelError(nameof(Email), text["Email.NotAnAddress"]);
        return Page();
    }

    /// <summary>Sends a link that proves the address there is.</summary>
    public async Task<IActionResult> OnPostVerifyAsync(CancellationToken cancellationToken)
    {
        if (HasMail && Account is { Email: not null, EmailVerified: false }) await verification.BeginAsync(HttpContext, Session, cancellationToken);
        return Told("VerificationSent", Paths.SecurityPage);
    }
}
