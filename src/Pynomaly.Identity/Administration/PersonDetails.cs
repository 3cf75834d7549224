using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration;

/// <summary>A person as administrators see them: everything but secrets.</summary>
public sealed record PersonDetails
{
    /// <summary>What tokens and pages know of the person.</summary>
    public required Account Account { get; init; }

    /// <summary>When the account was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When the person last signed in; null: never, or before this was noted.</summary>
    public DateTimeOffset? LastSignIn { get; init; }

    /// <summary>Whether there is a password.</summary>
    public bool HasPassword { get; init; }

    /// <summary>When it was last set.</summary>
    public DateTimeOffset? PasswordChanged { get; init; }

    /// <summary>Until when no password is looked at from unknown browsers.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>Until when no code of a second factor is looked at.</summary>
    public DateTimeOffset? FactorsLockedUntil { get; init; }

    /// <summary>Passkeys, authenticator apps, and backup codes as one line.</summary>
    public IReadOnlyList<PersonFactor> Factors { get; init; } = [];

    /// <summary>How many backup codes are left.</summary>
    public int BackupCodes { get; init; }

    /// <summary>What the roles grant, each permission of the catalogue with the roles and patterns that do.</summary>
    public IReadOnlyList<HeldPermission> Permissions { get; init; } = [];

    /// <summary>True when the operator who asked may change, disable or delete this account: they hold all that it holds over this server.</summary>
    public bool MayBeChanged { get; init; }

    /// <summary>What a change is conditional on (<see cref="Versions"/>).</summary>
    public required string Version { get; init; }

    internal static string VersionOf(Account account) => Versions.Of(account.UserName, account.Email, account.EmailVerified.ToString(), account.PhoneNumber, account.PhoneNumberVerified.ToString(),
        System.Text.Json.JsonSerializer.Serialize(account.Profile, Storage.Configurations.StorageJson.Default.UserProfile), account.IsDisabled.ToString(), account.DeleteAfter, account.Roles);
}
