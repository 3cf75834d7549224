using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>Where a link that proves an address leads: of an account to be, of one that changes its address, or of one that never proved it.</summary>
internal sealed class VerifyEmailModel(Registration registration, EmailChange change, EmailVerification verification, Onward onward, ServerOptions options, IStringLocalizer<Texts> text) : LinkPage(options, text)
{
    /// <summary>The password of an account to be, when the link is opened in another browser; never written back into the page.</summary>
    [BindProperty]
    public string? Password { get; set; }

    /// <summary>The address.</summary>
    public string? Email { get; private set; }

    /// <summary>True when an account is to be made.</summary>
    public bool IsRegistration { get; private set; }

    /// <summary>True when the password has to be typed.</summary>
    public bool AsksPassword { get; private set; }

    /// <summary>True when the person who asked is not signed in here.</summary>
    public bool AsksSignIn { get; private set; }

    /// <summary>Where to go on after it was done: the way, and the client that waits there.</summary>
    public (string Path, string? Application) Next { get; private set; } = (Paths.AccountPage, null);

    /// <summary>Shows the button, or says that the link does not work.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (IsDone && await onward.TakeAsync(HttpContext, cancellationToken) is { } way) Next = way;
        return IsDone || await FindAsync(cancellationToken) ? Page() : Ended();
    }

    /// <summary>Uses the link.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken)) return Ended();
        const string done = $"{Paths.VerifyEmailPage}?done=true";
        if (IsRegistration) return Show(await registration.CompleteAsync(HttpContext, Token, Password, cancellationToken), done);
        if (AsksSignIn) return Page();
        if (await change.CompleteAsync(Token!, HttpContext, cancellationToken)) return new SeeOther(done);
        return Show(await verification.CompleteAsync(HttpContext, Token, cancellationToken), done);
    }

    private async Task<bool> FindAsync(CancellationToken cancellationToken)
    {
        if (await registration.FindAsync(HttpContext, Token, cancellationToken) is { } asked) (Email, AsksPassword, IsRegistration) = (asked.Email, asked.AsksPassword, true);
        else if (await change.FindAsync(HttpContext, Token, cancellationToken) is { } changing) (Email, AsksSignIn) = (changing.Email, !changing.IsOwn);
        else Email = await verification.FindAsync(Token, cancellationToken);
        return Email is not null;
    }
}
