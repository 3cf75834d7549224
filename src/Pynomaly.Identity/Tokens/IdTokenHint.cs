namespace Pynomaly.Identity.Tokens;

/// <summary>What an ID token hint says, its signature proven, whatever its age.</summary>
public sealed record IdTokenHint(string Subject, string ClientId, string? SessionId);
