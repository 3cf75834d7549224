using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>A webhook: how its deliveries go, and its settings.</summary>
internal sealed class WebhookModel(CurrentPerson person, Operators operators, Webhooks webhooks) : WebhookForm(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewAudit;

    /// <summary>What the form was decided on.</summary>
    [BindProperty]
    public string? Version { get; set; }

    /// <summary>The webhook.</summary>
    public Webhook Hook { get; private set; } = null!;

    /// <summary>What came of a message that was sent to try it.</summary>
    public WebhookTest? Tried { get; private set; }

    /// <summary>True when the operator may change it.</summary>
    public bool MayChange => Operator.Holds(ManagementPermissions.ManageSystem) && Operator.Holds(ManagementPermissions.ViewAudit);

    private string Id => RouteData.Values["id"] as string ?? "";

    /// <summary>Shows it.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        (Name, Address, Events, Version) = (Hook.Name, Hook.Url, string.Join('\n', Hook.Events), Webhooks.VersionOf(Hook));
    }

    /// <summary>Saves it.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        await webhooks.ChangeAsync(Operator, Id, Input, Version, cancellationToken);
        return Told("WebhookChanged");
    }

    /// <summary>Switches it on.</summary>
    public Task<IActionResult> OnPostStartAsync(CancellationToken cancellationToken) => SwitchAsync(true, cancellationToken);

    /// <summary>Switches it off.</summary>
    public Task<IActionResult> OnPostStopAsync(CancellationToken cancellationToken) => SwitchAsync(false, cancellationToken);

    /// <summary>Sends a message to try it.</summary>
    public async Task OnPostTestAsync(CancellationToken cancellationToken)
    {
        Tried = await webhooks.TestAsync(Operator, Id, cancellationToken);
        await OnGetAsync(cancellationToken);
    }

    /// <summary>Gives it a new key.</summary>
    public async Task OnPostRotateAsync(CancellationToken cancellationToken)
    {
        Secret = await webhooks.RotateSecretAsync(Operator, Id, null, cancellationToken);
        await OnGetAsync(cancellationToken);
    }

    /// <summary>Removes it.</summary>
    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellationToken)
    {
        await webhooks.RemoveAsync(Operator, Id, null, cancellationToken);
        return Told("WebhookRemoved", "/admin/webhooks");
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken) => Hook = await webhooks.FindAsync(Operator, Id, cancellationToken);

    private async Task<IActionResult> SwitchAsync(bool on, CancellationToken cancellationToken)
    {
        await webhooks.ChangeAsync(Operator, Id, new WebhookInput { IsEnabled = on }, null, cancellationToken);
        return Told(on ? "WebhookStarted" : "WebhookStopped");
    }
}
