namespace Pynomaly.Identity.Model;

/// <summary>A key that signs tokens. Its state follows from its dates: pending, active, retired, gone.</summary>
public sealed class SigningKey
{
    /// <summary>The kid: the RFC 7638 thumbprint.</summary>
    public required string Id { get; init; }

    /// <summary>The JWS algorithm it is for, and no other.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The public key as a JWK (RFC 7517), with kid, alg and use.</summary>
    public required string PublicJwk { get; init; }

    /// <summary>The private key (PKCS #8), encrypted under the master key.</summary>
    public required byte[] Secret { get; init; }

    /// <summary>When it was made, and published from.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When it begins to sign.</summary>
    public DateTimeOffset Activates { get; init; }

    /// <summary>When it was revoked in an emergency; null: it was not.</summary>
    public DateTimeOffset? Revoked { get; set; }
}
