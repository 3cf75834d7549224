namespace Pynomaly.Identity.Administration;

/// <summary>What a person granted a client, and that lives.</summary>
public sealed record PersonGrantSummary(string Id, string ClientId, string Scope, bool IsOffline, DateTimeOffset Created, DateTimeOffset LastUsed, DateTimeOffset Expires);
