namespace Pynomaly.Identity.Model;

/// <summary>A thing that is used once: a code, an interaction, a set-up link, the jti of a client assertion. Kept by the hash of its value.</summary>
public sealed class Token
{
    /// <summary>Base64url of SHA-256 over kind and value: a value of one kind never opens another (CVE-2026-4282).</summary>
    public required string Id { get; init; }

    /// <summary>What it is (<see cref="TokenKinds"/>).</summary>
    public required string Kind { get; init; }

    /// <summary>The client it is for.</summary>
    public string? ClientId { get; init; }

    /// <summary>The person it is for.</summary>
    public string? UserId { get; init; }

    /// <summary>The grant that it became, or will become.</summary>
    public string? AuthorizationId { get; init; }

    /// <summary>What goes with it, as JSON.</summary>
    public string? Payload { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When it ends to count.</summary>
    public DateTimeOffset Expires { get; init; }

    /// <summary>When it was used; null: it was not.</summary>
    public DateTimeOffset? Consumed { get; init; }
}
