using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Users;

/// <summary>A person as tokens and pages need them, read afresh from the database.</summary>
public sealed record Account
{
    /// <summary>The subject identifier: the claim sub.</summary>
    public required string Id { get; init; }

    /// <summary>The name signed in with: the claim preferred_username.</summary>
    public required string UserName { get; init; }

    /// <summary>E-mail address.</summary>
    public string? Email { get; init; }

    /// <summary>Whether it was proven.</summary>
    public bool EmailVerified { get; init; }

    /// <summary>Telephone number.</summary>
    public string? PhoneNumber { get; init; }

    /// <summary>Whether it was proven.</summary>
    public bool PhoneNumberVerified { get; init; }

    /// <summary>The standard claims.</summary>
    public required UserProfile Profile { get; init; }

    /// <summary>The names of the roles.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>True: refused everywhere.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>When the account is to be deleted, at its owner's wish; null: it is not.</summary>
    public DateTimeOffset? DeleteAfter { get; init; }

    /// <summary>When a claim last changed.</summary>
    public DateTimeOffset Updated { get; init; }

    /// <summary>The name shown to people.</summary>
    public string DisplayName => Profile.Name ?? UserName;
}
