namespace Pynomaly.Identity.Administration.Importing;

/// <summary>A scope of the source.</summary>
internal sealed record ImportedScope(string Place, string Name, string? DisplayName, string? Description, IReadOnlyList<string> Resources) : ImportedRecord(Place);
