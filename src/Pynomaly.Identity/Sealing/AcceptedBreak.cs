namespace Pynomaly.Identity.Sealing;

/// <summary>A part of the trail that does not hold, accepted by somebody as it stood: retention goes on, a new part of the chain begins behind it, and every verification goes on telling of it.</summary>
/// <param name="What">The part.</param>
/// <param name="By">Who: a user id, a client_id, or "cli".</param>
/// <param name="At">When.</param>
/// <param name="Reason">Why, in their words.</param>
public sealed record AcceptedBreak(AuditBreak What, string By, DateTimeOffset At, string Reason)
{
    /// <summary>Whether just this about the entry's personal parts was among what was found.</summary>
    public bool CoversPersonal(AuditFindingKind kind, long sequence) =>
        sequence <= What.LastSequence && (kind == AuditFindingKind.PersonalPartErased ? What.Erased : What.Altered).Contains(sequence);

    /// <summary>Whether it was known then that a seal of that time is missing at the end.</summary>
    public bool CoversCut(DateTimeOffset sealedAt) => What.IsCut && sealedAt <= What.VerifiedAt;
}
