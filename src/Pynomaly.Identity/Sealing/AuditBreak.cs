namespace Pynomaly.Identity.Sealing;

/// <summary>The part of the trail that does not hold, as it stood when it was verified: from the beginning to the last seal with a finding. What somebody may accept, so that the trail is proven anew from there.</summary>
public sealed record AuditBreak
{
    /// <summary>How many findings it tells of at most.</summary>
    public const int MostFindings = 20;

    /// <summary>How many entries with altered personal parts are named at most; of more, all up to the end are meant.</summary>
    public const int MostPersonal = 1000;

    /// <summary>The last seal of it; 0: only the newest seals are missing.</summary>
    public required long Through { get; init; }

    /// <summary>The last entry of it.</summary>
    public required long LastSequence { get; init; }

    /// <summary>The <see cref="StandingHash"/> of it: a part that changes afterwards is not what was accepted.</summary>
    public required string Standing { get; init; }

    /// <summary>How many places do not hold.</summary>
    public required long Problems { get; init; }

    /// <summary>The first of them, each a sentence.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    /// <summary>The entries whose personal parts do not hold; null: too many to name.</summary>
    public IReadOnlyList<long>? Personal { get; init; }

    /// <summary>Whether the newest seals were cut off.</summary>
    public bool IsCut { get; init; }

    /// <summary>When it was verified.</summary>
    public required DateTimeOffset VerifiedAt { get; init; }
}
