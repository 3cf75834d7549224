using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>A list of grants with the act that ends one: the same rows for all people and for one.</summary>
internal sealed record GrantTableView
{
    /// <summary>Who looks at it.</summary>
    public required Operator Who { get; init; }

    /// <summary>The grants.</summary>
    public required Page<GrantSummary> List { get; init; }

    /// <summary>The clients' names by their identifiers.</summary>
    public required IReadOnlyDictionary<string, string> Names { get; init; }

    /// <summary>False: all are one person's, whose name stands above.</summary>
    public bool ShowsPeople { get; init; }
}
