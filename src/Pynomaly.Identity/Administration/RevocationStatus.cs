namespace Pynomaly.Identity.Administration;

/// <summary>How the revocation list stands on this node.</summary>
/// <param name="Cursor">The newest entry that it knows.</param>
/// <param name="Tokens">Tokens on the list.</param>
/// <param name="Bytes">What they take in memory.</param>
/// <param name="Followers">Who waits here for the next entry.</param>
/// <param name="Told">Entries that followers were told since the start.</param>
/// <param name="Median">From a revocation, on any node, to the follower: half were quicker. Null: nothing was told yet.</param>
/// <param name="Slowest">The same: 99 of 100 were quicker.</param>
public sealed record RevocationStatus(long Cursor, int Tokens, long Bytes, int Followers, long Told, TimeSpan? Median, TimeSpan? Slowest);
