using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>The API keys of a person.</summary>
internal sealed class PersonKeysModel(CurrentPerson person, Operators operators, People people, ApiKeys keys) : PersonPage(person, operators, people)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewApiKeys;

    /// <summary>Where the list goes on.</summary>
    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    /// <summary>The keys.</summary>
    public Page<ApiKeySummary> List { get; private set; } = new([], null);

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        await base.LoadAsync(cancellationToken);
        List = await keys.ListAsync(Operator, new ApiKeyFilter { UserId = PersonId }, After, Cursors.Usual, cancellationToken);
    }
}
