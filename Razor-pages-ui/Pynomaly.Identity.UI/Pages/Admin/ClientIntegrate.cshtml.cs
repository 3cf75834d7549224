using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Snippets;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>How programs use the client, ready to be copied.</summary>
internal sealed class ClientIntegrateModel(CurrentPerson person, Operators operators, ClientAdministration clients, ClientSnippets snippets) : ClientPage(person, operators, clients)
{
    /// <summary>The pieces of code.</summary>
    public IReadOnlyList<Snippet> Snippets { get; private set; } = [];

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        await base.LoadAsync(cancellationToken);
        Snippets = await snippets.ListAsync(Operator, ClientId, cancellationToken);
    }
}
