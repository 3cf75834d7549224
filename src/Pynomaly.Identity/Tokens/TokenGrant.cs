using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Tokens;

/// <summary>A token request that has been found good, but has written nothing yet.</summary>
public sealed record TokenGrant
{
    /// <summary>The grant type, for metrics and audit.</summary>
    public required string GrantType { get; init; }

    /// <summary>The client.</summary>
    public required Application Client { get; init; }

    /// <summary>The token's scopes.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The same as one text.</summary>
    public required string Scope { get; init; }

    /// <summary>The token's audiences.</summary>
    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary>Thumbprint of the key that the request proved, which its tokens are bound to (RFC 9449 §5); null: none.</summary>
    public string? Thumbprint { get; init; }

    /// <summary>The grant of a person; null for client credentials.</summary>
    public PersonGrant? Person { get; init; }
}
