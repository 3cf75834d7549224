using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>All clients: found, filtered, ordered.</summary>
internal sealed class ClientsModel(CurrentPerson person, Operators operators, ClientAdministration clients) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewClients;

    /// <inheritdoc/>
    protected override bool IsShownEmpty => true;

    /// <summary>Part of the identifier or the name.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Search { get; set; }

    /// <summary>One of <see cref="ClientPurposes"/>.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Purpose { get; set; }

    /// <summary>Those that may ask for this scope.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Scope { get; set; }

    /// <summary>"on" or "off".</summary>
    [BindProperty(SupportsGet = true)]
    public string? State { get; set; }

    /// <summary>The order.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Order { get; set; }

    /// <summary>Where the list goes on.</summary>
    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    /// <summary>The list.</summary>
    public Page<ClientSummary> List { get; private set; } = new([], null);

    /// <summary>True when not all are shown.</summary>
    public bool IsFiltered => !string.IsNullOrEmpty(Search) || !string.IsNullOrEmpty(Purpose) || !string.IsNullOrEmpty(Scope) || !string.IsNullOrEmpty(State);

    /// <summary>Shows them.</summary>
    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken) => List = await clients.ListAsync(Operator, new ClientFilter
    {
        Search = string.IsNullOrWhiteSpace(Search) ? null : Search.Trim(), Purpose = string.IsNullOrEmpty(Purpose) ? null : Purpose,
        Scope = string.IsNullOrEmpty(Scope) ? null : Scope, IsEnabled = State switch { "on" => true, "off" => false, _ => null }, Order = string.IsNullOrEmpty(Order) ? "client_id" : Order,
    }, After, Cursors.Usual, cancellationToken);
}
