using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Administration;

/// <summary>How the revocation list stands on this node.</summary>
/// <param name="Cursor">The newest entry that it knows.</param>
/// <param name="Tokens">Tokens on the list.</param>
/// <param name="Bytes">What they take in memory.</param>
/// <param name="Followers">Who waits here for the next entry.</param>
/// <param name="Delays">From a revocation, on any node, until this one had said so: by each path.</param>
public sealed record RevocationStatus(long Cursor, int Tokens, long Bytes, int Followers, IReadOnlyList<RevocationDelay> Delays);
