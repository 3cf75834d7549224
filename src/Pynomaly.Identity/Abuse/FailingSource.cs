namespace Pynomaly.Identity.Abuse;

/// <summary>A source whose sign-ins fail, on all nodes together.</summary>
/// <param name="Source">Who.</param>
/// <param name="Names">With how many names within the hour.</param>
/// <param name="Last">When it last failed with a name more.</param>
internal sealed record FailingSource(string Source, int Names, DateTimeOffset Last);
