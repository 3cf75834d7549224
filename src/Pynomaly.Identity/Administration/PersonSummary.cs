namespace Pynomaly.Identity.Administration;

/// <summary>A person as administrators see them in a list.</summary>
public sealed record PersonSummary
{
    /// <summary>The subject identifier.</summary>
    public required string Id { get; init; }

    /// <summary>The name signed in with.</summary>
    public required string UserName { get; init; }

    /// <summary>The name shown to people; null: the user name is.</summary>
    public string? Name { get; init; }

    /// <summary>E-mail address.</summary>
    public string? Email { get; init; }

    /// <summary>Whether it was proven.</summary>
    public bool EmailVerified { get; init; }

    /// <summary>True: refused everywhere.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>Until when no password is looked at; null or past: it is.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>When the account is to be deleted; null: it is not.</summary>
    public DateTimeOffset? DeleteAfter { get; init; }

    /// <summary>Whether there is a passkey or an authenticator app.</summary>
    public bool HasSecondFactor { get; init; }

    /// <summary>When the account was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When the person last signed in; null: never.</summary>
    public DateTimeOffset? LastSignIn { get; init; }

    /// <summary>The names of the roles.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];
}
