using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.SelfService;

/// <summary>The log lines of this room; the audit trail uses the same numbers and names.</summary>
internal static partial class Log
{
    public static readonly EventId PasswordResetAsked = new(9300, nameof(PasswordResetAsked));
    public static readonly EventId PasswordReset = new(9301, nameof(PasswordReset));
    public static readonly EventId PasswordChanged = new(9302, nameof(PasswordChanged));
    public static readonly EventId EmailChanged = new(9303, nameof(EmailChanged));
    public static readonly EventId EmailVerified = new(9304, nameof(EmailVerified));
    public static readonly EventId RegistrationAsked = new(9305, nameof(RegistrationAsked));
    public static readonly EventId Registered = new(9306, nameof(Registered));
    public static readonly EventId Invited = new(9307, nameof(Invited));
    public static readonly EventId InvitationAccepted = new(9308, nameof(InvitationAccepted));
    public static readonly EventId FactorRecoveryAsked = new(9309, nameof(FactorRecoveryAsked));
    public static readonly EventId FactorsReset = new(9310, nameof(FactorsReset));
    public static readonly EventId Disavowed = new(9311, nameof(Disavowed));
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

    [LoggerMessage(9300, LogLevel.Information, "A link for a forgotten password was asked for from {Address}", EventName = "PasswordResetAsked")]
    public static partial void LogPasswordResetAsked(this ILogger logger, string address);

    [LoggerMessage(9301, LogLevel.Information, "User {UserId} set a new password by a link", EventName = "PasswordReset")]
    public static partial void LogPasswordReset(this ILogger logger, string userId);

    [LoggerMessage(9302, LogLevel.Information, "User {UserId} changed the password", EventName = "PasswordChanged")]
    public static partial void LogPasswordChanged(this ILogger logger, string userId);

    [LoggerMessage(9303, LogLevel.Information, "User {UserId} changed the e-mail address", EventName = "EmailChanged")]
    public static partial void LogEmailChanged(this ILogger logger, string userId);

    [LoggerMessage(9304, LogLevel.Information, "User {UserId} proved the e-mail address", EventName = "EmailVerified")]
    public static partial void LogEmailVerified(this ILogger logger, string userId);

    [LoggerMessage(9305, LogLevel.Information, "A link for a new account was asked for from {Address}", EventName = "RegistrationAsked")]
    public static partial void LogRegistrationAsked(this ILogger logger, string address);

    [LoggerMessage(9306, LogLevel.Information, "User {UserId} made an account", EventName = "Registered")]
    public static partial void LogRegistered(this ILogger logger, string userId);

    [LoggerMessage(9307, LogLevel.Information, "{Actor} invited a person", EventName = "Invited")]
    public static partial void LogInvited(this ILogger logger, string actor);

    [LoggerMessage(9308, LogLevel.Information, "User {UserId} accepted an invitation", EventName = "InvitationAccepted")]
    public static partial void LogInvitationAccepted(this ILogger logger, string userId);

    [LoggerMessage(9310, LogLevel.Information, "The second factors of user {UserId} were removed by a link", EventName = "FactorsReset")]
    public static partial void LogFactorsReset(this ILogger logger, string userId);

    [LoggerMessage(9311, LogLevel.Warning, "User {UserId} says that it was somebody else: everything open was ended", EventName = "Disavowed")]
    public static partial void LogDisavowed(this ILogger logger, string userId);

    [LoggerMessage(9312, LogLevel.Error, "Wishes for new passwords could not be answered ({Reason}); it is tried again", EventName = "PasswordWishesFailed")]
    public static partial void LogPasswordWishesFailed(this ILogger logger, string reason);

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

    [LoggerMessage(9408, LogLevel.Information, "The account {UserId} was deleted", EventName = "AccountDeleted")]
    public static partial void LogAccountDeleted(this ILogger logger, string userId);

    [LoggerMessage(9409, LogLevel.Warning, "User {UserId} secured the account: everything open was ended", EventName = "AccountSecured")]
    public static partial void LogAccountSecured(this ILogger logger, string userId);

    [LoggerMessage(9410, LogLevel.Error, "Deleting an account that is due failed ({Reason}); it is tried again", EventName = "AccountDeletionFailed")]
    public static partial void LogDeletionFailed(this ILogger logger, string reason);
}
