using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>How this node stands, in sentences.</summary>
internal sealed class HealthModel(CurrentPerson person, Operators operators, ServerHealth health) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewSystem;

    /// <summary>What was looked at.</summary>
    public IReadOnlyList<HealthItem> Items { get; private set; } = [];

    /// <summary>Looks.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken) => Items = await health.LookAsync(Operator, cancellationToken);
}
