using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>The account's front page: who is signed in, how well the account is guarded, and what to do next.</summary>
internal sealed class IndexModel(CurrentPerson person, Confirmation confirmation, SecurityOverview overview, Connections connections, FactorRecovery recovery) : AccountPage(person, confirmation)
{
    /// <summary>How the account is guarded.</summary>
    public SecurityState Security { get; private set; } = null!;

    /// <summary>How many applications use it.</summary>
    public int Applications { get; private set; }

    /// <summary>From when on a recovery of lost factors can be carried out; null when none is under way.</summary>
    public DateTimeOffset? Recovery { get; private set; }

    /// <summary>Looks.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Security = await overview.LookAsync(Account, Session, cancellationToken);
        Applications = (await connections.ListAsync(Session.UserId, cancellationToken)).Count;
        Recovery = await recovery.PendingAsync(Session.UserId, cancellationToken);
    }

    /// <summary>Stops the recovery.</summary>
    public async Task<IActionResult> OnPostStopRecoveryAsync(CancellationToken cancellationToken) =>
        await recovery.StopAsync(HttpContext, Session, cancellationToken) ? Told("RecoveryStopped") : new SeeOther(Paths.AccountPage);

    /// <summary>Where the advice is followed.</summary>
    public static string PathOf(string advice) => advice switch
    {
        SecurityAdvice.AddFactor or SecurityAdvice.AddPasskey => Paths.PasskeysPage,
        SecurityAdvice.MakeBackupCodes or SecurityAdvice.RenewBackupCodes => Paths.BackupCodesPage,
        SecurityAdvice.AddEmail or SecurityAdvice.VerifyEmail => Paths.EmailPage,
        SecurityAdvice.CheckDevices => Paths.SessionsPage,
        _ => Paths.SecurityPage,
    };
}
