namespace Pynomaly.Identity.Administration;

/// <summary>A source that has attracted notice and is not banned for it yet.</summary>
/// <param name="Source">The address, or the /64 network.</param>
/// <param name="Score">Its score for looking for holes, on the node that was asked; it halves every ten minutes.</param>
/// <param name="Signals">What it was last scored for; null: it only failed to sign in.</param>
/// <param name="IsOfPages">True: the score is for what other sites' pages have a browser there send, for which nobody is banned.</param>
/// <param name="FailedNames">With how many names its sign-ins failed within the hour, on all nodes.</param>
/// <param name="Last">When it was last noticed.</param>
internal sealed record ScoringSource(string Source, int Score, string? Signals, bool IsOfPages, int FailedNames, DateTimeOffset Last);
