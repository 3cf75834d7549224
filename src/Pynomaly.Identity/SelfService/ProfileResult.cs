namespace Pynomaly.Identity.SelfService;

/// <summary>How changing a profile ended.</summary>
public abstract record ProfileResult
{
    /// <summary>It stands as asked for; nothing was written when it did before.</summary>
    public sealed record Saved : ProfileResult;

    /// <summary>Nothing was changed. Names of claims, each with its problem (<see cref="ProfileRules"/>).</summary>
    public sealed record Refused(IReadOnlyList<(string Claim, string Problem)> Problems) : ProfileResult;
}
