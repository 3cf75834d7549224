using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.Authorization;

/// <summary>The log lines of this room; the audit trail uses the same numbers and names.</summary>
internal static partial class Log
{
    public static readonly EventId AuthorizationGranted = new(7001, nameof(AuthorizationGranted));
    public static readonly EventId AuthorizationRefused = new(7002, nameof(AuthorizationRefused));
    public static readonly EventId ConsentGiven = new(7003, nameof(ConsentGiven));
    public static readonly EventId ConsentRefused = new(7004, nameof(ConsentRefused));

    [LoggerMessage(7001, LogLevel.Information, "User {UserId} granted client {ClientId} authorization {AuthorizationId}", EventName = "AuthorizationGranted")]
    public static partial void LogAuthorizationGranted(this ILogger logger, string userId, string clientId, string authorizationId);

    [LoggerMessage(7002, LogLevel.Information, "An authorization request of client {ClientId} is refused: {Error}, {Reason}", EventName = "AuthorizationRefused")]
    public static partial void LogAuthorizationRefused(this ILogger logger, string clientId, string error, string reason);

    [LoggerMessage(7005, LogLevel.Error, "The database failed an authorization request of client {ClientId} ({Kind})", EventName = "AuthorizationUnavailable")]
    public static partial void LogAuthorizationUnavailable(this ILogger logger, string? clientId, string kind);
}
