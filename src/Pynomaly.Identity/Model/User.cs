using Microsoft.AspNetCore.Identity;

namespace Pynomaly.Identity.Model;

/// <summary>A person. Names and password hash stand in ASP.NET Core Identity's own columns; the subject identifier of tokens is <see cref="IdentityUser{TKey}.Id"/>.</summary>
public sealed class User : IdentityUser
{
    /// <summary>The OpenID claims that the person shares by scope.</summary>
    public UserProfile Profile { get; set; } = new();

    /// <summary>True: refused everywhere, sessions and grants ended.</summary>
    public bool IsDisabled { get; set; }

    /// <summary>When the account was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When a claim of the profile was last changed: the claim updated_at.</summary>
    public DateTimeOffset Updated { get; set; }

    /// <summary>When the password was last set; null: the account has none.</summary>
    public DateTimeOffset? PasswordChanged { get; set; }

    /// <summary>How often in a row the account was locked: doubles the wait.</summary>
    public int LockoutRounds { get; set; }

    /// <summary>Wrong second factors in a row. Never reset by a right password.</summary>
    public int FactorFailedCount { get; set; }

    /// <summary>Until when no code of a second factor is looked at.</summary>
    public DateTimeOffset? FactorLockoutEnd { get; set; }

    /// <summary>How often in a row the factors were locked: doubles the wait.</summary>
    public int FactorLockoutRounds { get; set; }

    /// <summary>When the person last signed in; null: never, or before this was noted.</summary>
    public DateTimeOffset? LastSignIn { get; set; }

    /// <summary>When the account is to be deleted, at its owner's wish; null: it is not.</summary>
    public DateTimeOffset? DeleteAfter { get; set; }
}
