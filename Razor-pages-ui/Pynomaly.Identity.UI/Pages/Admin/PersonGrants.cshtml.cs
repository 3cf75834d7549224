using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>What a person let clients do, and the end of one grant with all its tokens.</summary>
internal sealed class PersonGrantsModel(CurrentPerson person, Operators operators, People people, GrantAdministration grants, ClientDirectory clients) : PersonPage(person, operators, people)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewSessions;

    /// <summary>Where the list goes on.</summary>
    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    /// <summary>The grants that live.</summary>
    public Page<GrantSummary> List { get; private set; } = new([], null);

    /// <summary>The clients' names by their identifiers.</summary>
    public IReadOnlyDictionary<string, string> Names { get; private set; } = new Dictionary<string, string>();

    /// <summary>Ends one.</summary>
    public async Task<IActionResult> OnPostEndAsync([FromForm(Name = "id")] string? grant, CancellationToken cancellationToken)
    {
        await grants.EndAsync(Operator, grant ?? "", cancellationToken);
        return Told("GrantEnded");
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        await base.LoadAsync(cancellationToken);
        List = await grants.ListAsync(Operator, new GrantFilter { UserId = PersonId }, After, Cursors.Usual, cancellationToken);
        Names = await ClientNames.OfAsync(clients, List.Items, cancellationToken);
    }
}
