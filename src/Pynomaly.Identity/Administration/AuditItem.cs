using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration;

/// <summary>An entry of the audit trail as operators see it.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="ActorName">The user name of who did it, as it is now; null: no person, or one who is gone.</param>
/// <param name="UserName">The user name of whom it was done to.</param>
public sealed record AuditItem(AuditEvent Entry, string? ActorName, string? UserName)
{
    /// <summary>"done" or "refused".</summary>
    public string Outcome => AuditOutcome.Of(Entry.Name);

    /// <summary>True when somebody acted on a person other than themselves.</summary>
    public bool IsByAnother => Entry.Actor is not null && Entry.UserId is not null && Entry.Actor != Entry.UserId;
}
