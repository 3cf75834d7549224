using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.UI.Resources;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>The person's passkeys: add, name, remove.</summary>
internal sealed class PasskeysModel(CurrentPerson person, Confirmation confirmation, Passkeys passkeys, BackupCodes codes, FactorChanges changes, IStringLocalizer<Texts> text) : AccountPage(person, confirmation)
{
    /// <summary>The passkeys, oldest first.</summary>
    public IReadOnlyList<Passkey> Passkeys { get; private set; } = [];

    /// <summary>What went wrong with adding one, or with removing the last one; null: nothing.</summary>
    public string? Problem { get; private set; }

    /// <summary>The passkey that the form is about.</summary>
    [BindProperty(Name = "id")]
    public string? Id { get; set; }

    /// <summary>Its name.</summary>
    [BindProperty(Name = "name")]
    public string? Name { get; set; }

    /// <summary>The ceremony, by its handle.</summary>
    [BindProperty(Name = "handle")]
    public string? Handle { get; set; }

    /// <summary>What the authenticator answered, as JSON.</summary>
    [BindProperty(Name = "credential")]
    public string? Credential { get; set; }

    /// <summary>Shows them.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken) => Passkeys = await passkeys.ListAsync(Session.UserId, cancellationToken);

    /// <summary>Adds one.</summary>
    public async Task<IActionResult> OnPostAddPasskeyAsync(CancellationToken cancellationToken)
    {
        switch (await changes.AddPasskeyAsync(HttpContext, Session, Handle ?? "", Credential ?? "", Name, cancellationToken))
        {
            case null: return Confirm();
            case PasskeyResult.Added: return (await codes.CountAsync(Session.UserId, cancellationToken)).Left > 0 ? Told("PasskeyAdded") : Told("PasskeyAdded", Paths.BackupCodesPage);
            case PasskeyResult.Refused refused:
                var words = text[$"Passkeys.Refused.{refused.Reason}"];
                return await AgainAsync(words.ResourceNotFound ? text["Passkeys.Refused.invalid"] : words, StatusCodes.Status400BadRequest, cancellationToken);
            default: return NotFound();
        }
    }

    /// <summary>Gives one another name.</summary>
    public async Task<IActionResult> OnPostRenameAsync(CancellationToken cancellationToken) =>
        await passkeys.RenameAsync(Session.UserId, Id ?? "", Name ?? "", cancellationToken) ? Told("Renamed") : NotFound();

    /// <summary>Removes one.</summary>
    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellationToken) =>
        await changes.RemovePasskeyAsync(HttpContext, Session, Id ?? "", cancellationToken) switch
        {
            FactorChange.Done => Told("PasskeyRemoved"),
            FactorChange.NotConfirmed => Confirm(),
            FactorChange.LastOne => await AgainAsync(text["Security.LastText"], StatusCodes.Status409Conflict, cancellationToken),
            _ => NotFound(),
        };

    private async Task<IActionResult> AgainAsync(string problem, int status, CancellationToken cancellationToken)
    {
        Problem = problem;
        Response.StatusCode = status;
        await OnGetAsync(cancellationToken);
        return Page();
    }
}
