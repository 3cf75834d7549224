using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>What clients may ask for, and the APIs that it leads to.</summary>
internal sealed class ScopesModel(CurrentPerson person, Operators operators, ScopeAdministration scopes) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewClients;

    /// <summary>The scopes.</summary>
    public IReadOnlyList<ScopeSummary> Scopes { get; private set; } = [];

    /// <summary>Shows them.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken) => Scopes = await scopes.ListAsync(Operator, cancellationToken);
}
