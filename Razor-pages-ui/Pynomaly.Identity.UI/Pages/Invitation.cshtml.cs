using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.UI.Resources;
using SignInResult = Pynomaly.Identity.Users.SignInResult;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>Takes an invitation up: name and password, chosen by the person alone.</summary>
internal sealed class InvitationModel(Invitations invitations, ServerOptions options, IStringLocalizer<Texts> text) : LinkPage(options, text)
{
    /// <summary>The user name; the address unless the person chooses another.</summary>
    [BindProperty]
    public string? Username { get; set; }

    /// <summary>The password; never written back into the page.</summary>
    [BindProperty]
    public string? Password { get; set; }

    /// <summary>The address that is invited.</summary>
    public string? Email { get; private set; }

    /// <summary>Shows the form, or says that the link does not work.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        Username = Email = await invitations.FindAsync(Token, cancellationToken);
        return Email is null ? Ended() : Page();
    }

    /// <summary>Makes the account and goes on with its person's first sign-in.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        Email = await invitations.FindAsync(Token, cancellationToken);
        var (result, signIn) = await invitations.AcceptAsync(HttpContext, Token, Username, Password, cancellationToken);
        return Show(result, signIn switch
        {
            SignInResult.Succeeded => Paths.AccountPage,
            SignInResult.FactorNeeded step => $"{Paths.FactorPage}?step={step.Handle}",
            SignInResult.EnrolmentNeeded step => $"{Paths.EnrolPage}?step={step.Handle}",
            _ => Paths.SignInPage,
        });
    }
}
