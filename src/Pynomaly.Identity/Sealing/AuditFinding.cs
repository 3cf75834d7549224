namespace Pynomaly.Identity.Sealing;

/// <summary>A place in the audit trail that does not hold.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="FirstSeal">The first seal that it concerns; 0: none.</param>
/// <param name="LastSeal">The last one.</param>
/// <param name="FirstSequence">The first entry that it may concern.</param>
/// <param name="LastSequence">The last one.</param>
/// <param name="Text">A sentence.</param>
public sealed record AuditFinding(AuditFindingKind Kind, long FirstSeal, long LastSeal, long FirstSequence, long LastSequence, string Text);
