using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.SelfService;

/// <summary>The log lines of this room; the audit trail uses the same numbers and names.</summary>
internal static partial class Log
{
    public static readonly EventId ProfileChanged = new(9400, nameof(ProfileChanged));
    public static readonly EventId OwnSessionEnded = new(9401, nameof(OwnSessionEnded));
    public static readonly EventId OtherSessionsEnded = new(9402, nameof(OtherSessionsEnded));
    public static readonly EventId DeviceDistrusted = new(9403, nameof(DeviceDistrusted));
    public static readonly EventId ConnectionWithdrawn = new(9404, nameof(ConnectionWithdrawn));
    public static readonly EventId DataExported = new(9405, nameof(DataExported));
    public static readonly EventId DeletionAsked = new(9406, nameof(DeletionAsked));
    public static readonly EventId DeletionStopped = new(9407, nameof(DeletionStopped));
    public static readonly EventId AccountDeleted = new(9408, nameof(AccountDeleted));
    public static readonly EventId AccountSecured = new(9409, nameof(AccountSecured));

    [LoggerMessage(9400, LogLevel.Information, "User {UserId} changed the profile", EventName = "ProfileChanged")]
    public static partial void LogProfileChanged(this ILogger logger, string userId);

    [LoggerMessage(9401, LogLevel.Information, "User {UserId} ended the session {SessionId}", EventName = "OwnSessionEnded")]
    public static partial void LogOwnSessionEnded(this ILogger logger, string userId, string sessionId);

    [LoggerMessage(9402, LogLevel.Information, "User {UserId} ended {Number} other sessions", EventName = "OtherSessionsEnded")]
    public static partial void LogOtherSessionsEnded(this ILogger logger, string userId, int number);

    [LoggerMessage(9403, LogLevel.Information, "User {UserId} no longer trusts a browser", EventName = "DeviceDistrusted")]
    public static partial void LogDeviceDistrusted(this ILogger logger, string userId);

    [LoggerMessage(9404, LogLevel.Information, "User {UserId} withdrew the access of client {ClientId}", EventName = "ConnectionWithdrawn")]
    public static partial void LogConnectionWithdrawn(this ILogger logger, string userId, string clientId);

    [LoggerMessage(9405, LogLevel.Information, "User {UserId} downloaded the data of the account", EventName = "DataExported")]
    public static partial void LogDataExported(this ILogger logger, string userId);

    [LoggerMessage(9406, LogLevel.Information, "User {UserId} asked for the account to be deleted", EventName = "DeletionAsked")]
    public static partial void LogDeletionAsked(this ILogger logger, string userId);

    [LoggerMessage(9407, LogLevel.Information, "User {UserId} keeps the account, which was to be deleted", EventName = "DeletionStopped")]
    public static partial void LogDeletionStopped(this ILogger logger, string userId);

    [LoggerMessage(9408, LogLevel.Information, "The account {UserId} was deleted at its owner's wish", EventName = "AccountDeleted")]
    public static partial void LogAccountDeleted(this ILogger logger, string userId);

    [LoggerMessage(9409, LogLevel.Warning, "User {UserId} secured the account: everything open was ended", EventName = "AccountSecured")]
    public static partial void LogAccountSecured(this ILogger logger, string userId);

    [LoggerMessage(9410, LogLevel.Error, "Deleting an account that is due failed ({Reason}); it is tried again", EventName = "AccountDeletionFailed")]
    public static partial void LogDeletionFailed(this ILogger logger, string reason);
}
