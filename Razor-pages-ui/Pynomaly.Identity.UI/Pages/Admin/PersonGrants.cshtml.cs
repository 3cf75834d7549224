using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>What a person let clients do.</summary>
internal sealed class PersonGrantsModel(CurrentPerson person, Operators operators, People people) : PersonPage(person, operators, people)
{
    private readonly People _people = people;

    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewSessions;

    /// <summary>The grants that live.</summary>
    public IReadOnlyList<PersonGrantSummary> Grants { get; private set; } = [];

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        await base.LoadAsync(cancellationToken);
        Grants = await _people.GrantsAsync(Operator, PersonId, cancellationToken);
    }
}
