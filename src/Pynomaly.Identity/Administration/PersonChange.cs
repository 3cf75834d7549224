namespace Pynomaly.Identity.Administration;

/// <summary>What an operator changes about a person. What is null stays as it is.</summary>
public sealed record PersonChange
{
    /// <summary>Another name to sign in with.</summary>
    public string? UserName { get; init; }

    /// <summary>Another e-mail address; empty takes it away. It counts as unproven unless <see cref="EmailVerified"/> says otherwise.</summary>
    public string? Email { get; init; }

    /// <summary>Whether the address counts as proven, on the operator's word.</summary>
    public bool? EmailVerified { get; init; }

    /// <summary>Claims by name (<see cref="SelfService.ProfileClaim"/>); null or empty takes one away.</summary>
    public IReadOnlyDictionary<string, string?> Claims { get; init; } = new Dictionary<string, string?>();
}
