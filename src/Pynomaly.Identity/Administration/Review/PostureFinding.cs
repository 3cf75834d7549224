namespace Pynomaly.Identity.Administration.Review;

/// <summary>Something about a client that falls short of a profile.</summary>
/// <param name="Id">Names the criterion: stable, for scripts.</param>
/// <param name="Severity">"high", "medium" or "low".</param>
/// <param name="Title">One line.</param>
/// <param name="Why">What goes wrong, and the section that says so.</param>
/// <param name="Fix">What to change.</param>
/// <param name="Profiles">The profiles that ask for it.</param>
public sealed record PostureFinding(string Id, string Severity, string Title, string Why, string Fix, IReadOnlyList<string> Profiles);
