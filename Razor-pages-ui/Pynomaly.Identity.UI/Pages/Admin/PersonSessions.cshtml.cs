using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>Where a person is signed in.</summary>
internal sealed class PersonSessionsModel(CurrentPerson person, Operators operators, People people, UserAdministration users) : PersonPage(person, operators, people)
{
    private readonly People _people = people;

    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewSessions;

    /// <summary>The sessions that live.</summary>
    public IReadOnlyList<PersonSession> Sessions { get; private set; } = [];

    /// <summary>Ends everything.</summary>
    public async Task<IActionResult> OnPostEndAsync(CancellationToken cancellationToken)
    {
        await users.EndSessionsAsync(Operator, PersonId, cancellationToken);
        return Told("SessionsEnded");
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        await base.LoadAsync(cancellationToken);
        Sessions = await _people.SessionsAsync(Operator, PersonId, cancellationToken);
    }
}
