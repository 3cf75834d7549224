namespace Pynomaly.Identity.Administration;

/// <summary>The token that is to be simulated.</summary>
public sealed record SimulationRequest
{
    /// <summary>The person; null: the client for itself.</summary>
    public string? UserId { get; init; }

    /// <summary>The client.</summary>
    public required string ClientId { get; init; }

    /// <summary>The scopes, separated by blanks; null for a client: all that it is registered for.</summary>
    public string? Scope { get; init; }

    /// <summary>Resource indicators (RFC 8707).</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];
}
