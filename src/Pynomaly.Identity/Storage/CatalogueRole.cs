namespace Pynomaly.Identity.Storage;

/// <summary>A role as the catalogue keeps it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Patterns">The permission patterns that it grants.</param>
/// <param name="RequireSecondFactor">Whether who has it signs in with a second factor only.</param>
internal sealed record CatalogueRole(string Name, IReadOnlyList<string> Patterns, bool RequireSecondFactor);
