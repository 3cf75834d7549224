using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.Users;

/// <summary>The log lines of this room; the audit trail uses the same numbers and names.</summary>
internal static partial class Log
{
    public static readonly EventId SignedIn = new(5501, nameof(SignedIn));
    public static readonly EventId SignInFailed = new(5502, nameof(SignInFailed));
    public static readonly EventId AdministratorCreated = new(5503, nameof(AdministratorCreated));
    public static readonly EventId SignInThrottled = new(5504, nameof(SignInThrottled));

    public static readonly EventId PasskeyAdded = new(5540, nameof(PasskeyAdded));
    public static readonly EventId PasskeyRemoved = new(5541, nameof(PasskeyRemoved));
    public static readonly EventId PasskeyRefused = new(5542, nameof(PasskeyRefused));
    public static readonly EventId PasskeyCopied = new(5543, nameof(PasskeyCopied));

    public static readonly EventId AuthenticatorAdded = new(5505, nameof(AuthenticatorAdded));
    public static readonly EventId AuthenticatorRemoved = new(5506, nameof(AuthenticatorRemoved));
    public static readonly EventId BackupCodesMade = new(5507, nameof(BackupCodesMade));
    public static readonly EventId BackupCodeUsed = new(5508, nameof(BackupCodeUsed));
    public static readonly EventId FactorFailed = new(5509, nameof(FactorFailed));
    public static readonly EventId FactorThrottled = new(5510, nameof(FactorThrottled));
    public static readonly EventId SteppedUp = new(5511, nameof(SteppedUp));
    public static readonly EventId RecoveryStopped = new(5512, nameof(RecoveryStopped));

    [LoggerMessage(5501, LogLevel.Information, "User {UserId} signed in; session {SessionId}", EventName = "SignedIn")]
    public static partial void LogSignedIn(this ILogger logger, string userId, string sessionId);

    // A line that fail2ban can match: the address, never the name that was typed (it may be a password).
    [LoggerMessage(5502, LogLevel.Information, "Sign-in failed from {Address}", EventName = "SignInFailed")]
    public static partial void LogSignInFailed(this ILogger logger, string address);

    [LoggerMessage(5503, LogLevel.Information, "The first administrator, user {UserId}, was created by the set-up link", EventName = "AdministratorCreated")]
    public static partial void LogAdministratorCreated(this ILogger logger, string userId);

    [LoggerMessage(5504, LogLevel.Information, "Too many tries to sign in from {Address}; it waits {Seconds} s", EventName = "SignInThrottled")]
    public static partial void LogSignInThrottled(this ILogger logger, string address, int seconds);

    [LoggerMessage(5540, LogLevel.Information, "User {UserId} added a passkey of model {Model}", EventName = "PasskeyAdded")]
    public static partial void LogPasskeyAdded(this ILogger logger, string userId, string model);

    [LoggerMessage(5541, LogLevel.Information, "A passkey of user {UserId} was removed", EventName = "PasskeyRemoved")]
    public static partial void LogPasskeyRemoved(this ILogger logger, string userId);

    [LoggerMessage(5542, LogLevel.Information, "A passkey for user {UserId} was refused: {Reason}", EventName = "PasskeyRefused")]
    public static partial void LogPasskeyRefused(this ILogger logger, string userId, string reason);

    [LoggerMessage(5543, LogLevel.Warning, "The signature counter of a passkey of user {UserId} did not go on: there may be a copy of it", EventName = "PasskeyCopied")]
    public static partial void LogPasskeyCopied(this ILogger logger, string userId);

    [LoggerMessage(5509, LogLevel.Information, "User {UserId}: a second factor was wrong, from {Address}", EventName = "FactorFailed")]
    public static partial void LogFactorFailed(this ILogger logger, string userId, string address);

    [LoggerMessage(5510, LogLevel.Information, "User {UserId}: too many wrong second factors; no code is looked at for a while", EventName = "FactorThrottled")]
    public static partial void LogFactorThrottled(this ILogger logger, string userId);

    [LoggerMessage(5511, LogLevel.Information, "User {UserId} gave another factor; session {SessionId} is now of level {Level}", EventName = "SteppedUp")]
    public static partial void LogSteppedUp(this ILogger logger, string userId, string sessionId, string level);
}
