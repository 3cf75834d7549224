namespace Pynomaly.Identity.Abuse;

/// <summary>A source that looks for holes, with its score on this node.</summary>
/// <param name="Source">Who.</param>
/// <param name="Score">The score of now: it halves every ten minutes.</param>
/// <param name="Signals">What the last request gave away, by the names of the signals.</param>
/// <param name="IsOfPages">True: other sites' pages have a browser there send it, which bans nobody.</param>
/// <param name="Last">When that was.</param>
internal sealed record ProbingSource(AddressKey Source, int Score, string Signals, bool IsOfPages, DateTimeOffset Last);
