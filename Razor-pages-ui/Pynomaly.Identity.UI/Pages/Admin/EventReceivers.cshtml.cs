using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>Who is told of security events by push, and how that goes.</summary>
internal sealed class EventReceiversModel(CurrentPerson person, Operators operators, EventReceivers receivers) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewAudit;

    /// <summary>All of them.</summary>
    public IReadOnlyList<EventReceiver> List { get; private set; } = [];

    /// <summary>Shows them.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken) => List = await receivers.ListAsync(Operator, cancellationToken);
}
