using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>A new password, by the current one; by a fresh proof where there is none.</summary>
internal sealed class PasswordModel(
    CurrentPerson person, Confirmation confirmation, PasswordChange change, SecurityOverview overview, ServerOptions options, IStringLocalizer<Texts> text) : AccountPage(person, confirmation)
{
    /// <summary>The current password; never written back into the page.</summary>
    [BindProperty]
    public string? Current { get; set; }

    /// <summary>The new one; neither is it.</summary>
    [BindProperty]
    public string? Password { get; set; }

    /// <summary>True when there is one to be changed.</summary>
    public bool HasPassword { get; private set; }

    /// <summary>True when too many others are signing in.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Fewest characters of a password.</summary>
    public int MinimumLength => options.Passwords.MinimumLength;

    /// <summary>Asks.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        return HasPassword ? Page() : await RequireConfirmedAsync(cancellationToken) ?? Page();
    }

    /// <summary>Changes it.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        if (!HasPassword && await RequireConfirmedAsync(cancellationToken) is { } unconfirmed) return unconfirmed;
        if (HasPassword && string.IsNullOrEmpty(Current)) ModelState.AddModelError(nameof(Current), text["Password.CurrentMissing"]);
        if (string.IsNullOrEmpty(Password)) ModelState.AddModelError(nameof(Password), text["Password.NewMissing"]);
        if (!ModelState.IsValid) return Page();

        switch (await change.ChangeAsync(HttpContext, Session, HasPassword ? Current : null, Password!, cancellationToken))
        {
            case PasswordChangeResult.Changed: return Told("PasswordChanged", Paths.SecurityPage);
            case PasswordChangeResult.NotConfirmed: return Confirm();
            case PasswordChangeResult.Refused refused:
                ModelState.AddModelError(nameof(Password), Problems.Of(refused.Problem, text, options.Passwords));
                break;
            case PasswordChangeResult.Busy busy:
                IsBusy = true;
                Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                Response.Headers.RetryAfter = busy.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
                break;
            default:
                ModelState.AddModelError(nameof(Current), text["Password.Wrong"]);
                break;
        }

        return Page();
    }

    private async Task LookAsync(CancellationToken cancellationToken) => HasPassword = (await overview.LookAsync(Account, Session, cancellationToken)).HasPassword;
}
