using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>Makes a webhook.</summary>
internal sealed class WebhookNewModel(CurrentPerson person, Operators operators, Webhooks webhooks) : WebhookForm(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ManageSystem;

    /// <inheritdoc/>
    protected override string? AlsoNeeded => ManagementPermissions.ViewAudit; // nobody sends elsewhere what they may not read

    /// <summary>The webhook that was made.</summary>
    public Webhook? Made { get; private set; }

    /// <summary>Shows the form.</summary>
    public IActionResult OnGet() => AskToConfirm() ?? Page();

    /// <summary>Makes it.</summary>
    public async Task OnPostAsync(CancellationToken cancellationToken) => (Made, Secret) = await webhooks.CreateAsync(Operator, Input, cancellationToken);
}
