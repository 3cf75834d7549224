namespace Pynomaly.Identity.Administration;

/// <summary>A scope in a list.</summary>
/// <param name="Name">The scope token.</param>
/// <param name="DisplayName">Shown at consent.</param>
/// <param name="Description">One sentence for the person at consent.</param>
/// <param name="Resources">The APIs that it leads to.</param>
/// <param name="IsStandard">True for those that the protocol defines, and this server's own: they cannot be deleted.</param>
/// <param name="Permissions">How many permissions it covers.</param>
/// <param name="Clients">How many clients may ask for it.</param>
public sealed record ScopeSummary(string Name, string? DisplayName, string? Description, IReadOnlyList<string> Resources, bool IsStandard, int Permissions, int Clients);
