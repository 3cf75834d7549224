using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>What the audit trail says of a person.</summary>
internal sealed class PersonActivityModel(CurrentPerson person, Operators operators, People people) : PersonPage(person, operators, people)
{
    private readonly People _people = people;

    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewAudit;

    /// <summary>Where the list goes on.</summary>
    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    /// <summary>The entries.</summary>
    public Page<PersonEvent> List { get; private set; } = new([], null);

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        await base.LoadAsync(cancellationToken);
        List = await _people.ActivityAsync(Operator, PersonId, After, Cursors.Usual, cancellationToken);
    }
}
