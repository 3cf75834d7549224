using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>A receiver of security events: how its deliveries go, and its settings.</summary>
internal sealed class EventReceiverModel(CurrentPerson person, Operators operators, EventReceivers receivers) : EventReceiverForm(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewAudit;

    /// <summary>What the form was decided on.</summary>
    [BindProperty]
    public string? Version { get; set; }

    /// <summary>True: it wants no Authorization header any more.</summary>
    [BindProperty]
    public bool WithoutCredential { get; set; }

    /// <summary>The receiver.</summary>
    public EventReceiver Receiver { get; private set; } = null!;

    /// <summary>Events that wait for it; one more than is counted when there are too many.</summary>
    public int Waiting { get; private set; }

    /// <summary>What came of an event that was sent to try it.</summary>
    public WebhookTest? Tried { get; private set; }

    /// <summary>True when the operator may change it.</summary>
    public bool MayChange => Operator.Holds(ManagementPermissions.ManageSystem) && Operator.Holds(ManagementPermissions.ViewAudit);

    /// <inheritdoc/>
    public override bool HasCredential => Receiver.Credential is not null;

    /// <summary>True when it was switched off because it failed for so long.</summary>
    public bool IsGivenUp => !Receiver.IsEnabled && Receiver.FailedCount > 0;

    private string Id => RouteData.Values["id"] as string ?? "";

    /// <summary>Shows it.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        (Name, Address, Audience, Version) = (Receiver.Name, Receiver.Url, EventReceivers.IsOwnAddress(Receiver) ? "" : Receiver.Audience, EventReceivers.VersionOf(Receiver));
        Events = [.. Receiver.Events.Count == 0 ? SecurityEvents.Types : Receiver.Events];
    }

    /// <summary>Saves it.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var input = Read();
        await receivers.ChangeAsync(Operator, Id, WithoutCredential && input.Credential is null ? input with { Credential = "" } : input, Version, cancellationToken);
        return Told("ReceiverChanged");
    }

    /// <summary>Switches it on.</summary>
    public Task<IActionResult> OnPostStartAsync(CancellationToken cancellationToken) => SwitchAsync(true, cancellationToken);

    /// <summary>Switches it off.</summary>
    public Task<IActionResult> OnPostStopAsync(CancellationToken cancellationToken) => SwitchAsync(false, cancellationToken);

    /// <summary>Sends an event to try it.</summary>
    public async Task OnPostTestAsync(CancellationToken cancellationToken)
    {
        Tried = await receivers.TestAsync(Operator, Id, cancellationToken);
        await OnGetAsync(cancellationToken);
    }

    /// <summary>Removes it.</summary>
    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellationToken)
    {
        await receivers.RemoveAsync(Operator, Id, null, cancellationToken);
        return Told("ReceiverRemoved", "/admin/event-receivers");
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        Receiver = await receivers.FindAsync(Operator, Id, cancellationToken);
        Waiting = await receivers.WaitingAsync(Operator, Receiver, cancellationToken);
    }

    private async Task<IActionResult> SwitchAsync(bool on, CancellationToken cancellationToken)
    {
        await receivers.ChangeAsync(Operator, Id, new EventReceiverInput { IsEnabled = on }, null, cancellationToken);
        return Told(on ? "ReceiverStarted" : "ReceiverStopped");
    }
}
