namespace Pynomaly.Identity.Sealing;

/// <summary>What came out when the whole trail was verified.</summary>
public sealed record AuditVerification
{
    /// <summary>How many findings are listed at most; how many there are in all says <see cref="Problems"/>.</summary>
    public const int MostFindings = 100;

    /// <summary>Seals that were verified.</summary>
    public required long Seals { get; init; }

    /// <summary>Entries that they cover.</summary>
    public required long Entries { get; init; }

    /// <summary>Entries that wait for a seal: nothing is proven of them yet.</summary>
    public required long Unsealed { get; init; }

    /// <summary>Entries of deleted accounts whose personal parts were erased.</summary>
    public required long Erased { get; init; }

    /// <summary>When the entries before the first seal were removed because their time was over; null: none were.</summary>
    public DateTimeOffset? RemovedAt { get; init; }

    /// <summary>The last entry that was removed so.</summary>
    public long RemovedThrough { get; init; }

    /// <summary>The last seal.</summary>
    public required long LastSeal { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? LastSealAt { get; init; }

    /// <summary>Whether the newest seal noted in the keys directory was found in the chain; null: nothing is noted, so that a cut of the newest entries cannot be seen.</summary>
    public bool? IsAnchored { get; init; }

    /// <summary>The key that signed, by its thumbprint.</summary>
    public required string KeyId { get; init; }

    /// <summary>How many places do not hold.</summary>
    public required long Problems { get; init; }

    /// <summary>The first of them.</summary>
    public required IReadOnlyList<AuditFinding> Findings { get; init; }

    /// <summary>How many more places do not hold, but were accepted as they stand.</summary>
    public long AcceptedProblems { get; init; }

    /// <summary>What was accepted, by whom and why, oldest first; also where the entries are gone by now.</summary>
    public IReadOnlyList<AcceptedBreak> Accepted { get; init; } = [];

    /// <summary>What somebody may accept; null: nothing is broken, or not to be proven anew.</summary>
    public AuditBreak? Break { get; init; }

    /// <summary>True: nothing was altered, removed, added or reordered as far as seals reach, but for what was accepted.</summary>
    public bool Holds => Problems == 0;
}
