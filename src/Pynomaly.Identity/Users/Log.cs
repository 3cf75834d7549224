using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.Users;

/// <summary>The log lines of this room; the audit trail uses the same numbers and names.</summary>
internal static partial class Log
{
    public static readonly EventId SignedIn = new(5501, nameof(SignedIn));
    public static readonly EventId SignInFailed = new(5502, nameof(SignInFailed));
    public static readonly EventId AdministratorCreated = new(5503, nameof(AdministratorCreated));

    [LoggerMessage(5501, LogLevel.Information, "User {UserId} signed in; session {SessionId}", EventName = "SignedIn")]
    public static partial void LogSignedIn(this ILogger logger, string userId, string sessionId);

    // A line that fail2ban can match: the address, never the name that was typed (it may be a password).
    [LoggerMessage(5502, LogLevel.Information, "Sign-in failed from {Address}", EventName = "SignInFailed")]
    public static partial void LogSignInFailed(this ILogger logger, string address);

    [LoggerMessage(5503, LogLevel.Information, "The first administrator, user {UserId}, was created by the set-up link", EventName = "AdministratorCreated")]
    public static partial void LogAdministratorCreated(this ILogger logger, string userId);

    [LoggerMessage(5504, LogLevel.Information, "Too many tries to sign in from {Address}; it waits {Seconds} s", EventName = "SignInThrottled")]
    public static partial void LogSignInThrottled(this ILogger logger, string address, int seconds);
}
