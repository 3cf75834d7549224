using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>The settings in force, and where each value comes from. Secrets are masked by the management layer.</summary>
internal sealed class SettingsModel(CurrentPerson person, Operators operators, SettingsInForce settings) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewSystem;

    /// <summary>A part of the name.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Search { get; set; }

    /// <summary>"set": only what is not the default.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Only { get; set; }

    /// <summary>The settings.</summary>
    public IReadOnlyList<Setting> List { get; private set; } = [];

    /// <summary>Shows them.</summary>
    public void OnGet() => List =
    [
        .. settings.List(Operator).Where(one => (Only != "set" || one.Source != "default") && (string.IsNullOrWhiteSpace(Search) || one.Key.Contains(Search.Trim(), StringComparison.OrdinalIgnoreCase))),
    ];
}
