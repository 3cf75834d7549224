namespace Pynomaly.Identity.Administration.Review;

/// <summary>How much of a profile a client meets.</summary>
/// <param name="Profile">One of <see cref="PostureProfiles"/>.</param>
/// <param name="Met">How many criteria it meets.</param>
/// <param name="Of">How many apply to it.</param>
public sealed record PostureScore(string Profile, int Met, int Of);
