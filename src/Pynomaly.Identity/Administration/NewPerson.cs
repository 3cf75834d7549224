namespace Pynomaly.Identity.Administration;

/// <summary>An account that an operator makes for a person, who sets the password by a link.</summary>
public sealed record NewPerson
{
    /// <summary>The name to sign in with.</summary>
    public required string UserName { get; init; }

    /// <summary>E-mail address.</summary>
    public string? Email { get; init; }

    /// <summary>Whether the operator vouches for the address.</summary>
    public bool EmailVerified { get; init; }

    /// <summary>Names of roles.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Claims by name (<see cref="SelfService.ProfileClaim"/>).</summary>
    public IReadOnlyDictionary<string, string?> Claims { get; init; } = new Dictionary<string, string?>();
}
