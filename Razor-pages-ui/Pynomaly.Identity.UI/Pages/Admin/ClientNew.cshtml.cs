using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Snippets;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>Makes a client: what it is for first, then the few things that its purpose needs. Everything else begins safe.</summary>
internal sealed class ClientNewModel(CurrentPerson person, Operators operators, ClientAdministration clients, ClientSnippets snippets) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ManageClients;

    /// <summary>What it is for; nothing: that is asked first.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Purpose { get; set; }

    /// <summary>The name shown to people.</summary>
    [BindProperty]
    public string? ClientName { get; set; }

    /// <summary>Its identifier; nothing: one is made up.</summary>
    [BindProperty]
    public string? ClientId { get; set; }

    /// <summary>Where people are sent back to, one a line.</summary>
    [BindProperty]
    public string? RedirectUris { get; set; }

    /// <summary>What it may ask for, when that differs from the preset.</summary>
    [BindProperty]
    public string? Scope { get; set; }

    /// <summary>The permissions of a service, one a line.</summary>
    [BindProperty]
    public string? Permissions { get; set; }

    /// <summary>The address of an API, which tokens name as their audience.</summary>
    [BindProperty]
    public string? Resource { get; set; }

    /// <summary>The client, with its secret where it has one.</summary>
    public MadeClient? Made { get; private set; }

    /// <summary>How to use it.</summary>
    public IReadOnlyList<Snippet> Snippets { get; private set; } = [];

    /// <summary>Whether people sign in to it.</summary>
    public bool HasPeople => Purpose is ClientPurposes.Web or ClientPurposes.Spa or ClientPurposes.Native;

    /// <summary>Shows the choice, or the form of the purpose; to who has proved themselves a moment ago, as what is typed would be lost otherwise.</summary>
    public IActionResult OnGet()
    {
        if (AskToConfirm() is { } elsewhere) return elsewhere;
        if (Purpose is not null && !ClientPurposes.All.Contains(Purpose)) Purpose = null;
        return Page();
    }

    /// <summary>Makes it. Its secret stands in the answer to the form and nowhere else.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var metadata = new JsonObject();
        if (TextOf(ClientName) is { } name) metadata["client_name"] = name;
        if (HasPeople) metadata["redirect_uris"] = ListOf(RedirectUris);
        if (TextOf(Scope) is { } scope) metadata["scope"] = scope;
        if (Purpose == ClientPurposes.Service && ListOf(Permissions) is { Count: > 0 } permissions) metadata["permissions"] = permissions;
        if (Purpose == ClientPurposes.Resource && TextOf(Resource) is { } resource) metadata["resources"] = new JsonArray(resource);
        Made = await clients.CreateAsync(Operator, new NewClient(Purpose ?? "", TextOf(ClientId), metadata), cancellationToken);
        Snippets = await snippets.ListAsync(Operator, Made.Client.ClientId, cancellationToken);
        return Page();
    }

    /// <inheritdoc/>
    protected override string FieldOf(string name) => name.Split('[')[0] == "resources" ? "resource" : base.FieldOf(name.Split('[')[0]);

    private static JsonArray ListOf(string? text) => new([.. LinesOf(text).Select(one => (JsonNode)one)]);
}
