using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>Who is told of audit entries, and how that goes.</summary>
internal sealed class WebhooksModel(CurrentPerson person, Operators operators, Webhooks webhooks) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewAudit;

    /// <summary>All of them.</summary>
    public IReadOnlyList<Webhook> List { get; private set; } = [];

    /// <summary>Shows them.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken) => List = await webhooks.ListAsync(Operator, cancellationToken);
}
