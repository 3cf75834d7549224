using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.SelfService;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>Where the person is signed in, and which browsers are not asked for a second factor.</summary>
internal sealed class SessionsModel(CurrentPerson person, Confirmation confirmation, OwnSessions sessions, TrustedDevices devices) : AccountPage(person, confirmation)
{
    /// <summary>The living sessions, this one first.</summary>
    public IReadOnlyList<OwnSession> Sessions { get; private set; } = [];

    /// <summary>The browsers that are trusted.</summary>
    public IReadOnlyList<Device> Devices { get; private set; } = [];

    /// <summary>What the form is about.</summary>
    [BindProperty(Name = "id")]
    public string? Id { get; set; }

    /// <summary>Shows them.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Sessions = await sessions.ListAsync(Session, cancellationToken);
        Devices = await devices.ListAsync(Session, cancellationToken);
    }

    /// <summary>Ends one.</summary>
    public async Task<IActionResult> OnPostEndAsync(CancellationToken cancellationToken) =>
        await sessions.EndAsync(HttpContext, Session, Id ?? "", cancellationToken) ? Told("SessionEnded") : NotFound();

    /// <summary>Ends all others.</summary>
    public async Task<IActionResult> OnPostEndOthersAsync(CancellationToken cancellationToken)
    {
        await sessions.EndOthersAsync(HttpContext, Session, cancellationToken);
        return Told("SessionsEnded");
    }

    /// <summary>Trusts a browser no more.</summary>
    public async Task<IActionResult> OnPostDistrustAsync(CancellationToken cancellationToken) =>
        await devices.DistrustAsync(HttpContext, Session, Id ?? "", cancellationToken) ? Told("DeviceDistrusted") : NotFound();
}
