namespace Pynomaly.Identity.Administration.Review;

/// <summary>How all enabled clients stand together.</summary>
/// <param name="Clients">How many there are.</param>
/// <param name="High">How many have a finding of high severity.</param>
/// <param name="Medium">How many have one of medium severity, and none of high.</param>
/// <param name="Low">How many have findings of low severity only.</param>
/// <param name="Findings">Each finding that there is, the gravest and then the most frequent first.</param>
public sealed record PostureSummary(int Clients, int High, int Medium, int Low, IReadOnlyList<PostureCount> Findings);
