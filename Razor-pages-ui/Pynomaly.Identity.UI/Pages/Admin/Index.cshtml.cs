using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>The first page of the console: what there is to administer.</summary>
internal sealed class IndexModel(CurrentPerson person, Operators operators) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => null;

    /// <summary>Shows it.</summary>
    public void OnGet()
    {
        // The layout and the sections say all.
    }
}
