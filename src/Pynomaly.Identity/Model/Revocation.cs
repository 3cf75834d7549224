namespace Pynomaly.Identity.Model;

/// <summary>An entry of the revocation list: one token by its jti, or all tokens of a client or of a signing key that were issued before a time.</summary>
public sealed class Revocation
{
    /// <summary>Position in the list; grows in the order of commits.</summary>
    public long Sequence { get; init; }

    /// <summary>"jti", "client_id" or "kid".</summary>
    public required string Kind { get; init; }

    /// <summary>The jti, client identifier or key id.</summary>
    public required string Subject { get; init; }

    /// <summary>For cut-offs: tokens issued before this are ended.</summary>
    public DateTimeOffset? IssuedBefore { get; init; }

    /// <summary>When the last token it speaks of has expired by itself.</summary>
    public DateTimeOffset Expires { get; init; }

    /// <summary>When it was entered.</summary>
    public DateTimeOffset Created { get; init; }
}
