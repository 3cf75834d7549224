namespace Pynomaly.Identity.Model;

/// <summary>One link of the audit trail's chain: a run of entries, their hash joined to the link before, signed. Entries of a link that are altered, removed or reordered no longer give its hash.</summary>
public sealed class AuditSeal
{
    /// <summary>Its place in the chain, from 1 on without gaps.</summary>
    public long Number { get; init; }

    /// <summary>The first sequence number that it covers.</summary>
    public long FirstSequence { get; init; }

    /// <summary>The last sequence number that it covers.</summary>
    public long LastSequence { get; init; }

    /// <summary>How many entries those are: numbers may be missing between them.</summary>
    public long Count { get; init; }

    /// <summary>SHA-256 over the hash of the link before and the entries in their order, in base64url.</summary>
    public required string Hash { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The public key that proves the signature: its RFC 7638 thumbprint.</summary>
    public required string KeyId { get; init; }

    /// <summary>A JWS (RFC 7515) that names number, range, count, hash and time.</summary>
    public required string Signature { get; init; }

    /// <summary>When the entries were removed because their time of retention was over; null: they stand.</summary>
    public DateTimeOffset? Removed { get; set; }
}
