using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.SelfService;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>Take the account's data along, or delete the account.</summary>
internal sealed class DataModel(CurrentPerson person, Confirmation confirmation, DataExport export, Deletion deletion) : AccountPage(person, confirmation)
{
    /// <summary>Downloads everything as JSON. A form, not a link: it is entered in the audit trail, and no other page can start it.</summary>
    public async Task<IActionResult> OnPostDownloadAsync(CancellationToken cancellationToken) =>
        await RequireConfirmedAsync(cancellationToken) ?? File(await export.WriteAsync(HttpContext, Session, cancellationToken), "application/json", "account.json");

    /// <summary>Keeps an account that was to be deleted.</summary>
    public async Task<IActionResult> OnPostKeepAsync(CancellationToken cancellationToken)
    {
        await deletion.StopAsync(HttpContext, Session, cancellationToken);
        return Told("AccountKept", Protocol.Paths.AccountPage);
    }
}
