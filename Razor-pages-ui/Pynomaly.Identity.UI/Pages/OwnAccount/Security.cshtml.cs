using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>How the person signs in: password, e-mail address, passkeys, authenticator apps, backup codes.</summary>
internal sealed class SecurityModel(
    CurrentPerson person, Confirmation confirmation, SecurityOverview overview, Authenticators authenticators, BackupCodes codes, FactorChanges changes, ServerOptions options) : AccountPage(person, confirmation)
{
    /// <summary>How the account is guarded.</summary>
    public SecurityState Security { get; private set; } = null!;

    /// <summary>The authenticator apps.</summary>
    public IReadOnlyList<Authenticator> Authenticators { get; private set; } = [];

    /// <summary>How many codes are left, and of how many.</summary>
    public (int Left, int Of) BackupCodes { get; private set; }

    /// <summary>True when it was the last factor that could not be removed.</summary>
    public bool IsLast { get; private set; }

    /// <summary>True when this server sends e-mail.</summary>
    public bool HasMail => options.Mail.Delivery != "Off";

    /// <summary>The app that the form is about.</summary>
    [BindProperty(Name = "id")]
    public string? Id { get; set; }

    /// <summary>Its new name.</summary>
    [BindProperty(Name = "name")]
    public string? Name { get; set; }

    /// <summary>Shows them.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken) => await ReadAsync(cancellationToken);

    /// <summary>Gives an app another name.</summary>
    public async Task<IActionResult> OnPostRenameAsync(CancellationToken cancellationToken) =>
        await authenticators.RenameAsync(Session.UserId, Id ?? "", Name ?? "", cancellationToken) ? Told("Renamed") : NotFound();

    /// <summary>Removes an app.</summary>
    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellationToken)
    {
        switch (await changes.RemoveAuthenticatorAsync(HttpContext, Session, Id ?? "", cancellationToken))
        {
            case FactorChange.Done: return Told("AuthenticatorRemoved");
            case FactorChange.NotConfirmed: return Confirm();
            case FactorChange.Unknown: return NotFound();
        }

        IsLast = true;
        Response.StatusCode = StatusCodes.Status409Conflict;
        await ReadAsync(cancellationToken);
        return Page();
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        Security = await overview.LookAsync(Account, Session, cancellationToken);
        Authenticators = await authenticators.ListAsync(Session.UserId, cancellationToken);
        BackupCodes = await codes.CountAsync(Session.UserId, cancellationToken);
    }
}
