using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>The form of a webhook, new or known.</summary>
internal abstract class WebhookForm(CurrentPerson person, Operators operators) : AdminPage(person, operators)
{
    /// <summary>What it is for.</summary>
    [BindProperty]
    public string? Name { get; set; }

    /// <summary>Where entries are posted to.</summary>
    [BindProperty]
    public string? Address { get; set; }

    /// <summary>Names of events, one a line; empty: all.</summary>
    [BindProperty]
    public string? Events { get; set; }

    /// <summary>The key that signs, when one was made; shown this once.</summary>
    public string? Secret { get; protected set; }

    /// <summary>What the form says.</summary>
    protected WebhookInput Input => new() { Name = Name ?? "", Url = Address?.Trim() ?? "", Events = LinesOf(Events) };

    /// <inheritdoc/>
    protected override string FieldOf(string name) => name == "url" ? "address" : base.FieldOf(name);
}
