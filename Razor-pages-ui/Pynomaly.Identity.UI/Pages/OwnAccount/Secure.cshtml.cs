using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>The panic button.</summary>
internal sealed class SecureModel(CurrentPerson person, Confirmation confirmation, SecureAccount secure, Sessions sessions) : AccountPage(person, confirmation)
{
    /// <summary>True when the password goes too, and a link to a new one comes by e-mail.</summary>
    public bool ResetsPassword => secure.ResetsPassword(Account);

    /// <summary>Ends everything.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        TempData["mailed"] = ResetsPassword;
        await secure.RunAsync(HttpContext, Session, cancellationToken);
        sessions.Forget(HttpContext);
        return new SeeOther(Paths.SecuredPage);
    }
}
