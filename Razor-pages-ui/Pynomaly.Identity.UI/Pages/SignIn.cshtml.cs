using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.UI.Resources;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>Sign-in with a passkey, or with a name and a password, for an authorization request or for the account pages.</summary>
internal sealed class SignInModel(Interactions interactions, SignIn signIn, CurrentPerson person, RememberedAccount remembered, ServerOptions options, IStringLocalizer<Texts> text)
    : SignInPage(interactions, text)
{
    /// <summary>Username or e-mail address.</summary>
    [BindProperty]
    public string? Username { get; set; }

    /// <summary>The password; never written back into the page.</summary>
    [BindProperty]
    public string? Password { get; set; }

    /// <summary>True: an earlier try was not finished in time.</summary>
    [BindProperty(SupportsGet = true, Name = "expired")]
    public bool IsExpired { get; set; }

    /// <summary>True: the name is the one that was signed in with last in this browser.</summary>
    public bool IsRemembered { get; private set; }

    /// <summary>True when a forgotten password can be set anew by e-mail.</summary>
    public bool CanReset => options.Mail.Delivery != "Off";

    /// <summary>True when anybody may make an account.</summary>
    public bool CanSignUp => options.Accounts.SelfRegistration;

    /// <summary>Shows the form.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken)) return Expired();
        if (Interaction is null && await person.FindAsync(HttpContext, cancellationToken) is not null) return new SeeOther(End);

        Username = Interaction?.LoginHint ?? remembered.Find(HttpContext);
        IsRemembered = Username is not null && Interaction?.LoginHint is null;
        return Page();
    }

    /// <summary>Somebody else sits here: forgets the name.</summary>
    public IActionResult OnPostForget()
    {
        remembered.Forget(HttpContext);
        return new SeeOther(Carry(Paths.SignInPage));
    }

    /// <summary>Tries the password.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken)) return Expired();
        (IsExpired, PasskeyRefusal) = (false, null);
        if (string.IsNullOrWhiteSpace(Username)) ModelState.AddModelError(nameof(Username), Text["SignIn.UsernameMissing"]);
        if (string.IsNullOrEmpty(Password)) ModelState.AddModelError(nameof(Password), Text["SignIn.PasswordMissing"]);
        if (!ModelState.IsValid) return Page();

        var result = await signIn.PasswordAsync(HttpContext, Username!, Password!, Interaction?.Level ?? AuthenticationLevels.Password, cancellationToken);
        if (await GoOnAsync(result, cancellationToken) is { } next) return next;
        ModelState.AddModelError(nameof(Password), Text["SignIn.Failed"]);
        return Page();
    }
}
