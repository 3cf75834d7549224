namespace Pynomaly.Identity.Administration;

/// <summary>The sources that score now, and where a ban begins.</summary>
/// <param name="ScoreLimit">The score at which a source is banned.</param>
/// <param name="NamesLimit">With how many names its sign-ins may fail within an hour.</param>
/// <param name="Mode">What follows (Identity:Abuse:Mode).</param>
/// <param name="Items">The sources, the nearest to a ban first.</param>
internal sealed record ScoringSources(int ScoreLimit, int NamesLimit, string Mode, IReadOnlyList<ScoringSource> Items);
