namespace Pynomaly.Identity.Administration.Importing;

/// <summary>A role of the source.</summary>
internal sealed record ImportedRole(string Place, string Name, string? Description, IReadOnlyList<string> Patterns) : ImportedRecord(Place);
