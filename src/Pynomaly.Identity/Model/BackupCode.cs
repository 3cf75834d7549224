namespace Pynomaly.Identity.Model;

/// <summary>A backup code of a person: a keyed hash, used once.</summary>
public sealed class BackupCode
{
    /// <summary>Whose it is.</summary>
    public required string UserId { get; init; }

    /// <summary>Base64url of HMAC-SHA-256 over person and code, under a key of the master key: the database alone opens nothing.</summary>
    public required string Hash { get; init; }

    /// <summary>When its set was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When it was used; null: it was not.</summary>
    public DateTimeOffset? Used { get; set; }
}
