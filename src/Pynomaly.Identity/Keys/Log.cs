using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.Keys;

/// <summary>The log lines of this room; the audit trail uses the same numbers and names.</summary>
internal static partial class Log
{
    public static readonly EventId MasterKeyCreated = new(4001, nameof(MasterKeyCreated));
    public static readonly EventId SigningKeyCreated = new(4002, nameof(SigningKeyCreated));
    public static readonly EventId SigningKeyRevoked = new(4003, nameof(SigningKeyRevoked));

    [LoggerMessage(4001, LogLevel.Warning, "A new master key was made in {File}. Back it up, apart from the database: neither is of use without the other", EventName = "MasterKeyCreated")]
    public static partial void LogMasterKeyCreated(this ILogger logger, string file);

    [LoggerMessage(4002, LogLevel.Information, "Signing key {Kid} for {Algorithm} is published and signs from {Activates:O}", EventName = "SigningKeyCreated")]
    public static partial void LogSigningKeyCreated(this ILogger logger, string kid, string algorithm, DateTimeOffset activates);

    [LoggerMessage(4003, LogLevel.Warning, "Signing key {Kid} for {Algorithm} is revoked; it is no longer published", EventName = "SigningKeyRevoked")]
    public static partial void LogSigningKeyRevoked(this ILogger logger, string kid, string algorithm);

    [LoggerMessage(4004, LogLevel.Critical, "{File} is missing, unreadable or not what it was at start. The server goes on from memory and will not start again: restore the file", EventName = "MasterKeyLost")]
    public static partial void LogMasterKeyLost(this ILogger logger, string file);

    [LoggerMessage(4005, LogLevel.Critical, "Signing key {Kid} cannot be opened with this installation's master key; it does not sign here. Restore database and keys from one backup, or revoke it", EventName = "SigningKeyUnreadable")]
    public static partial void LogSigningKeyUnreadable(this ILogger logger, string kid);

    [LoggerMessage(4006, LogLevel.Error, "Rotating the signing keys failed ({Reason}); it is tried again", EventName = "KeyRotationFailed")]
    public static partial void LogKeyRotationFailed(this ILogger logger, string reason);

    [LoggerMessage(4007, LogLevel.Error, "{File} of the Data Protection key ring is damaged and is passed over; what it protected is void", EventName = "DataProtectionKeyDamaged")]
    public static partial void LogDataProtectionKeyDamaged(this ILogger logger, string file);
}
