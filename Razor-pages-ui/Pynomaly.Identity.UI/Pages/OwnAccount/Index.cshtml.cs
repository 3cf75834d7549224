using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>The account's front page: who is signed in, and since when.</summary>
internal sealed class IndexModel(CurrentPerson person) : PageModel
{
    /// <summary>The account.</summary>
    public Account Account { get; private set; } = null!;

    /// <summary>This browser's session.</summary>
    public Session Session { get; private set; } = null!;

    /// <summary>The account, as shown.</summary>
    public PersonView Person => PersonView.Of(Account);

    /// <summary>Shows it, or asks to sign in first.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await person.FindAsync(HttpContext, cancellationToken) is not { } current) return LocalRedirect(Paths.SignInPage);
        (Session, Account) = (current.Session, current.Account);
        return Page();
    }
}
