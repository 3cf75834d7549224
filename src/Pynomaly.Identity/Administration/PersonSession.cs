namespace Pynomaly.Identity.Administration;

/// <summary>A browser session of a person that lives.</summary>
public sealed record PersonSession(string Id, string? UserAgent, string? Address, string Acr, DateTimeOffset Created, DateTimeOffset LastSeen, DateTimeOffset Expires);
