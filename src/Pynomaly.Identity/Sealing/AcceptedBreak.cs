namespace Pynomaly.Identity.Sealing;

/// <summary>A part of the trail that does not hold, accepted by somebody as it stood: retention goes on, a new part of the chain begins behind it, and every verification goes on telling of it.</summary>
/// <param name="What">The part.</param>
/// <param name="By">Who: a user id, a client_id, or "cli".</param>
/// <param name="At">When.</param>
/// <param name="Reason">Why, in their words.</param>
public sealed record AcceptedBreak(AuditBreak What, string By, DateTimeOffset At, string Reason)
{
    /// <summary>Whether the entry's personal parts stood just so when this was accepted: what is altered or erased once more is not what somebody saw.</summary>
    internal bool CoversPersonal(UInt128 state) => What.Personal.Contains(state);

    /// <summary>Whether it was known then that a seal of that time is missing at the end.</summary>
    public bool CoversCut(DateTimeOffset sealedAt) => What.IsCut && sealedAt <= What.VerifiedAt;
}
