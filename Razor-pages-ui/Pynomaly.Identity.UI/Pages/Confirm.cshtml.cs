using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.UI.Resources;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>Asks the person who is signed in to prove it once more, before something that touches the safety of the account (ASVS 7.5.1).</summary>
/// <remarks>There is no field for a name: whoever is signed in is asked, and nobody else can become signed in here (security cases SE-10, SE-11).</remarks>
internal sealed class ConfirmModel(Interactions interactions, SignIn signIn, SecondFactors factors, CurrentPerson person, IStringLocalizer<Texts> text) : SignInPage(interactions, text)
{
    /// <summary>The password; never written back into the page.</summary>
    [BindProperty]
    public string? Password { get; set; }

    /// <summary>Who is asked.</summary>
    public PersonView Person { get; private set; } = null!;

    /// <summary>The username, for password managers.</summary>
    public string UserName { get; private set; } = "";

    /// <summary>True when the person has a passkey.</summary>
    public bool HasPasskey { get; private set; }

    /// <summary>Asks.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) =>
        await FindPersonAsync(cancellationToken) is null ? new SeeOther(Carry(Paths.SignInPage)) : Page();

    /// <summary>Tries the password, and goes on to the second factor where there is one: a browser that is trusted is no proof here.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await FindPersonAsync(cancellationToken) is not { } account) return new SeeOther(Carry(Paths.SignInPage));
        PasskeyRefusal = null;
        if (string.IsNullOrEmpty(Password))
        {
            ModelState.AddModelError(nameof(Password), Text["SignIn.PasswordMissing"]);
            return Page();
        }

        var choices = await factors.ChoicesAsync(account.Id, cancellationToken);
        var level = choices.Any ? AuthenticationLevels.TwoFactors : AuthenticationLevels.Password;
        var result = await signIn.PasswordAsync(HttpContext, account.UserName, Password, level, cancellationToken);
        if (await GoOnAsync(result, cancellationToken) is { } next) return next;
        ModelState.AddModelError(nameof(Password), Text["Confirm.Failed"]);
        return Page();
    }

    private async Task<Account?> FindPersonAsync(CancellationToken cancellationToken)
    {
        InteractionId = null; // a confirmation answers no request
        if (await person.FindAsync(HttpContext, cancellationToken) is not { } current) return null;
        (Person, UserName) = (PersonView.Of(current.Account), current.Account.UserName);
        HasPasskey = (await factors.ChoicesAsync(current.Account.Id, cancellationToken)).Passkeys > 0;
        return current.Account;
    }
}
