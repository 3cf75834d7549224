namespace Pynomaly.Identity.Keys;

/// <summary>A signing key in memory. Safe for use from many threads. A retired one may hold its public half only: it then verifies, and never signs.</summary>
public abstract class SigningCredential
{
    /// <summary>Key id.</summary>
    public required string Kid { get; init; }

    /// <summary>The JWS algorithm, and the only one.</summary>
    public required string Algorithm { get; init; }

    /// <summary>Length of a signature in bytes.</summary>
    public abstract int SignatureLength { get; }

    /// <summary>Signs (RFC 7515 §5.1 step 5).</summary>
    public abstract void Sign(ReadOnlySpan<byte> data, Span<byte> signature);

    /// <summary>Verifies a signature made with this key; false for any malformed one.</summary>
    public abstract bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);
}
