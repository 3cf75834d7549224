using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>Permissions that somebody holds, each with the chain that it comes by.</summary>
internal sealed record HeldView
{
    /// <summary>The permissions.</summary>
    public required IReadOnlyList<HeldPermission> Permissions { get; init; }

    /// <summary>The heading.</summary>
    public required string Title { get; init; }

    /// <summary>What is said when there are none.</summary>
    public required string Empty { get; init; }
}
