using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>What people granted to clients, and the end of one grant with all its tokens.</summary>
internal sealed class GrantsModel(CurrentPerson person, Operators operators, GrantAdministration grants, ClientDirectory clients) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewSessions;

    /// <inheritdoc/>
    protected override bool IsShownEmpty => true;

    /// <summary>Those to this client.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Client { get; set; }

    /// <summary>Those of this person, by id.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Owner { get; set; }

    /// <summary>"yes" or "no": with offline access.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Offline { get; set; }

    /// <summary>"all" shows those that ended, too.</summary>
    [BindProperty(SupportsGet = true)]
    public string? State { get; set; }

    /// <summary>Where the list goes on.</summary>
    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    /// <summary>The one to end.</summary>
    [BindProperty(Name = "id")]
    public string? Id { get; set; }

    /// <summary>The list.</summary>
    public Page<GrantSummary> List { get; private set; } = new([], null);

    /// <summary>The clients' names by their identifiers.</summary>
    public IReadOnlyDictionary<string, string> Names { get; private set; } = new Dictionary<string, string>();

    /// <summary>Shows it.</summary>
    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <summary>Ends one.</summary>
    public async Task<IActionResult> OnPostEndAsync(CancellationToken cancellationToken)
    {
        await grants.EndAsync(Operator, Id ?? "", cancellationToken);
        return Told("GrantEnded");
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        List = await grants.ListAsync(Operator, new GrantFilter
        {
            ClientId = TextOf(Client), UserId = TextOf(Owner), IsOffline = Offline switch { "yes" => true, "no" => false, _ => null }, All = State == "all",
        }, After, Cursors.Usual, cancellationToken);
        Names = await ClientNames.OfAsync(clients, List.Items, cancellationToken);
    }
}
