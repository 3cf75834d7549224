using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>One scope: what it covers now, who may ask for it, its form, and its end.</summary>
internal sealed class ScopeModel(CurrentPerson person, Operators operators, ScopeAdministration scopes) : ScopeForm(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewClients;

    /// <summary>What the form was decided on.</summary>
    [BindProperty]
    public string? Version { get; set; }

    /// <summary>The scope token, which may hold "/" (RFC 6749 §3.3).</summary>
    public string Name => NameInPath("/admin/scopes/");

    /// <summary>The address of its page.</summary>
    public string Path => $"/admin/scopes/{Uri.EscapeDataString(Name)}";

    /// <summary>The scope.</summary>
    public ScopeDetails Shown { get; private set; } = null!;

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (Operator.Holds(ManagementPermissions.ManageClients) && AskToConfirm() is { } elsewhere) return elsewhere;
        await LoadAsync(cancellationToken);
        (DisplayName, Description, Version) = (Shown.DisplayName, Shown.Description, Shown.Version);
        (Resources, Permissions) = (string.Join('\n', Shown.Resources), string.Join('\n', Shown.Permissions ?? []));
        return Page();
    }

    /// <summary>Saves it.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        Operator.Require(ManagementPermissions.ManageClients);
        var patterns = LinesOf(Permissions);
        var patch = new JsonObject { ["display_name"] = TextOf(DisplayName), ["description"] = TextOf(Description), ["resources"] = ListOf(LinesOf(Resources)) };
        var now = await scopes.GetAsync(Operator, Name, cancellationToken);
        if (patterns.Length > 0) patch["permissions"] = ListOf(patterns);
        else if (now.Permissions is { Count: > 0 }) patch["permissions"] = null; // an empty list stays one: it covers nothing, which is not the same as all
        await scopes.ChangeAsync(Operator, Name, patch, Version, cancellationToken);
        return Told("ScopeChanged", Path, Name);
    }

    /// <summary>Deletes it.</summary>
    public async Task<IActionResult> OnPostDeleteAsync(CancellationToken cancellationToken)
    {
        await scopes.DeleteAsync(Operator, Name, null, cancellationToken);
        return Told("ScopeDeleted", "/admin/scopes", Name);
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken) => Shown = await scopes.GetAsync(Operator, Name, cancellationToken);

    private static JsonArray ListOf(IReadOnlyList<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
