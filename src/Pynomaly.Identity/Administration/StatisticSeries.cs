namespace Pynomaly.Identity.Administration;

/// <summary>What happened how often.</summary>
/// <param name="Begin">The first moment of the first value.</param>
/// <param name="Step">How long a value stands for: an hour or a day (UTC).</param>
/// <param name="Lines">The values of each line, oldest first.</param>
/// <param name="Events">The sum of every event in that time, by its name.</param>
public sealed record StatisticSeries(DateTimeOffset Begin, TimeSpan Step, IReadOnlyDictionary<string, IReadOnlyList<long>> Lines, IReadOnlyDictionary<string, long> Events);
