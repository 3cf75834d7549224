using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>The form of a scope, new or known.</summary>
internal abstract class ScopeForm(CurrentPerson person, Operators operators) : AdminPage(person, operators)
{
    /// <summary>The name shown at consent.</summary>
    [BindProperty]
    public string? DisplayName { get; set; }

    /// <summary>One sentence at consent.</summary>
    [BindProperty]
    public string? Description { get; set; }

    /// <summary>The APIs, one a line.</summary>
    [BindProperty]
    public string? Resources { get; set; }

    /// <summary>Patterns, one a line; nothing: all permissions of its APIs.</summary>
    [BindProperty]
    public string? Permissions { get; set; }
}
