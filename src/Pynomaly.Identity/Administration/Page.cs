namespace Pynomaly.Identity.Administration;

/// <summary>A part of a list.</summary>
/// <param name="Items">What stands in it.</param>
/// <param name="Next">The cursor of the part after it; null: this is the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
