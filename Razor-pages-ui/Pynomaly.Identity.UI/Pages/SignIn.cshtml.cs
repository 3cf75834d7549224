using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.UI.Resources;
using Pynomaly.Identity.Users;
using SignInResult = Pynomaly.Identity.Users.SignInResult;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>Sign-in with a name and a password, for an authorization request or for the account pages.</summary>
internal sealed class SignInModel(Interactions interactions, SignIn signIn, CurrentPerson person, IStringLocalizer<Texts> text) : InteractionPage(interactions)
{
    /// <summary>Username or e-mail address.</summary>
    [BindProperty]
    public string? Username { get; set; }

    /// <summary>The password; never written back into the page.</summary>
    [BindProperty]
    public string? Password { get; set; }

    /// <summary>How long signing in waits, in words; null when it does not.</summary>
    public string? RetryAfter { get; private set; }

    /// <summary>True when too many others are signing in.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Shows the form.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken)) return Expired();
        if (Interaction is null && await person.FindAsync(HttpContext, cancellationToken) is not null) return LocalRedirect(Paths.AccountPage);

        Username = Interaction?.LoginHint;
        return Page();
    }

    /// <summary>Tries the password.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken)) return Expired();
        if (string.IsNullOrWhiteSpace(Username)) ModelState.AddModelError(nameof(Username), text["SignIn.UsernameMissing"]);
        if (string.IsNullOrEmpty(Password)) ModelState.AddModelError(nameof(Password), text["SignIn.PasswordMissing"]);
        if (!ModelState.IsValid) return Page();

        switch (await signIn.PasswordAsync(HttpContext, Username!, Password!, Interaction?.Level ?? AuthenticationLevels.Password, cancellationToken))
        {
            case SignInResult.Succeeded succeeded:
                if (Interaction is not null) await Requests.SignedInAsync(Interaction, succeeded, cancellationToken);
                return new SeeOther(Interaction?.ResumePath ?? Paths.AccountPage);
            case SignInResult.FactorNeeded needed:
                return new SeeOther(LocalPath.Carry(Paths.FactorPage, needed.Handle, Interaction?.Id, null));
            case SignInResult.EnrolmentNeeded needed:
                return new SeeOther(LocalPath.Carry(Paths.EnrolPage, needed.Handle, Interaction?.Id, null));
            case SignInResult.Throttled throttled:
                RetryAfter = Words.Of(TimeSpan.FromSeconds(throttled.RetryAfterSeconds), text);
                return Later(StatusCodes.Status429TooManyRequests, throttled.RetryAfterSeconds);
            case SignInResult.Busy busy:
                IsBusy = true;
                return Later(StatusCodes.Status503ServiceUnavailable, busy.RetryAfterSeconds);
            default:
                ModelState.AddModelError(nameof(Password), text["SignIn.Failed"]);
                return Page();
        }
    }

    private PageResult Later(int status, int seconds)
    {
        Response.StatusCode = status;
        Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Page();
    }
}
