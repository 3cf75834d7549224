namespace Pynomaly.Identity.Sealing;

/// <summary>The part of the trail that does not hold, as it stood when it was verified: from the beginning to the last seal with a finding. What somebody may accept, so that the trail is proven anew from there.</summary>
public sealed record AuditBreak
{
    /// <summary>How many findings it tells of at most.</summary>
    public const int MostFindings = 20;

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

    /// <summary>The entries whose personal parts are not what was entered or were erased without reason, as they stood. Those that were accepted before do not stand here.</summary>
    public EntryStates Personal { get; init; } = new();

    /// <summary>Whether the newest seals were cut off.</summary>
    public bool IsCut { get; init; }

    /// <summary>The newest seal that there was then; 0: there was none.</summary>
    public long EndSeal { get; init; }

    /// <summary>Its hash.</summary>
    public string? EndHash { get; init; }

    /// <summary>When it was verified.</summary>
    public required DateTimeOffset VerifiedAt { get; init; }
}
