using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Importing;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>The imports of accounts, and how far each is.</summary>
internal sealed class ImportsModel(CurrentPerson person, Operators operators, Imports imports) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewSystem;

    /// <summary>Where the list goes on.</summary>
    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    /// <summary>The list.</summary>
    public Page<Import> List { get; private set; } = new([], null);

    /// <summary>The colour of a state.</summary>
    public static string BadgeOf(string state) => state switch { "done" => "badge-done", "failed" => "badge-danger", "stopped" => "badge-attention", _ => "" };

    /// <summary>Shows it.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken) => List = await imports.ListAsync(Operator, After, Cursors.Usual, cancellationToken);
}
