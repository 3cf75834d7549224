using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>Makes backup codes. They stand in the answer to the form and nowhere else, so this is the one form that is not answered by a redirect.</summary>
internal sealed class BackupCodesModel(CurrentPerson person, Confirmation confirmation, BackupCodes codes, FactorChanges changes) : AccountPage(person, confirmation)
{
    /// <summary>The new codes; empty while none were made.</summary>
    public IReadOnlyList<string> Codes { get; private set; } = [];

    /// <summary>How many are left of the set before, and of how many.</summary>
    public (int Left, int Of) Before { get; private set; }

    /// <summary>The set that was there when the page was shown: the form ends that one and no other.</summary>
    [BindProperty(Name = "set")]
    public string? Set { get; set; }

    /// <summary>Explains them.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await RequireConfirmedAsync(cancellationToken) is { } unconfirmed) return unconfirmed;
        Set = await codes.SetAsync(Session.UserId, cancellationToken);
        Before = await codes.CountAsync(Session.UserId, cancellationToken);
        return Page();
    }

    /// <summary>Makes a set.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await changes.MakeBackupCodesAsync(HttpContext, Session, Set ?? "", cancellationToken) is not { } made) return Confirm();
        if (made.Count == 0) return new SeeOther(Protocol.Paths.SecurityPage); // sent again, or no factor that they could stand in for
        Codes = made;
        return Page();
    }
}
