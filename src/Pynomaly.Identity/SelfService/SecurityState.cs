using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService;

/// <summary>How an account is guarded.</summary>
public sealed record SecurityState
{
    /// <summary>Its second factors.</summary>
    public required FactorChoices Factors { get; init; }

    /// <summary>Whether it has a password.</summary>
    public required bool HasPassword { get; init; }

    /// <summary>When the password was last set; null when that is not known, or there is none.</summary>
    public DateTimeOffset? PasswordChanged { get; init; }

    /// <summary>Sessions that live.</summary>
    public required int Sessions { get; init; }

    /// <summary>Browsers that are not asked for a second factor.</summary>
    public required int TrustedDevices { get; init; }

    /// <summary>Browsers that were met first within the last week, besides the first of all and the one that asks.</summary>
    public required int NewDevices { get; init; }

    /// <summary>What to do, most urgent first (<see cref="SecurityAdvice"/>); empty: nothing.</summary>
    public required IReadOnlyList<string> Advice { get; init; }
}
