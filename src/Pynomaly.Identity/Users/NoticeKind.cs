namespace Pynomaly.Identity.Users;

/// <summary>What a person is told by e-mail because it touches the safety of their account (ASVS 6.3.5, 6.3.7).</summary>
public enum NoticeKind
{
#pragma warning disable CS1591 // the names say it
    NewDevice,
    PasswordChanged,
    AuthenticatorAdded,
    AuthenticatorRemoved,
    PasskeyAdded,
    PasskeyRemoved,
    PasskeyCopied,
    BackupCodesMade,
    BackupCodeUsed,
    EmailChanged,
    FactorsReset,
    RecoveryPending,
    RecoveryStopped,
    AccountSecured,
    DeletionAsked,
    RegistrationTried,
    ApiKeyMade,
    ApiKeyRotated,
    ApiKeyExpires,
    ApiKeyLeaked,
#pragma warning restore CS1591
}
