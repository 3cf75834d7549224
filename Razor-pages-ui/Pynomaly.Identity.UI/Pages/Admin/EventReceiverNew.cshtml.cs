using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>Makes a receiver of security events.</summary>
internal sealed class EventReceiverNewModel(CurrentPerson person, Operators operators, EventReceivers receivers) : EventReceiverForm(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ManageSystem;

    /// <inheritdoc/>
    protected override string? AlsoNeeded => ManagementPermissions.ViewAudit; // nobody sends elsewhere what they may not read

    /// <summary>Shows the form, for all events.</summary>
    public IActionResult OnGet()
    {
        Events = [.. SecurityEvents.Types];
        return AskToConfirm() ?? Page();
    }

    /// <summary>Makes it.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        Told("ReceiverMade", $"/admin/event-receivers/{(await receivers.CreateAsync(Operator, Read(), cancellationToken)).Id}");
}
