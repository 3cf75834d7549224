using System.Security.Claims;

namespace Pynomaly.Identity.ResourceServer.Tokens;

/// <summary>An access token whose signature, type, issuer and audience hold. Times, key, list and binding are asked at each request.</summary>
internal sealed record AccessToken
{
    public required string Kid { get; init; }

    public required string ClientId { get; init; }

    /// <summary>The person, or the service.</summary>
    public required string Subject { get; init; }

    /// <summary>The jti as the revocation list keeps it.</summary>
    public required UInt128 Id { get; init; }

    public required long IssuedAt { get; init; }

    public required long NotBefore { get; init; }

    public required long Expires { get; init; }

    /// <summary>Thumbprint of the DPoP key that the token is bound to (RFC 9449 §6.1); null: none.</summary>
    public string? KeyThumbprint { get; init; }

    /// <summary>Thumbprint of the client certificate that the token is bound to (RFC 8705 §3.1); null: none.</summary>
    public string? CertificateThumbprint { get; init; }

    /// <summary>Every claim, by its own name; an array is a claim each.</summary>
    public required Claim[] Claims { get; init; }

    public bool IsBound => KeyThumbprint is not null || CertificateThumbprint is not null;

    public override string ToString() => nameof(AccessToken); // its claims are nobody's but the API's
}
