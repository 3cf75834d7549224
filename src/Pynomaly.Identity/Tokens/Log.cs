using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.Tokens;

/// <summary>The log lines of this room; the audit trail uses the same numbers and names.</summary>
internal static partial class Log
{
    public static readonly EventId AuthorizationEnded = new(6001, nameof(AuthorizationEnded));
    public static readonly EventId SessionEnded = new(6002, nameof(SessionEnded));
    public static readonly EventId UserEnded = new(6003, nameof(UserEnded));
    public static readonly EventId ConsentEnded = new(6004, nameof(ConsentEnded));
    public static readonly EventId ApplicationEnded = new(6005, nameof(ApplicationEnded));
    public static readonly EventId TokenRevoked = new(6006, nameof(TokenRevoked));
    public static readonly EventId KeyRevoked = new(6007, nameof(KeyRevoked));
    public static readonly EventId TokensIssued = new(6008, nameof(TokensIssued));
    public static readonly EventId ApiKeyMade = new(6020, nameof(ApiKeyMade));
    public static readonly EventId ApiKeyRotated = new(6021, nameof(ApiKeyRotated));
    public static readonly EventId ApiKeyRevoked = new(6022, nameof(ApiKeyRevoked));
    public static readonly EventId ApiKeyLeaked = new(6023, nameof(ApiKeyLeaked));

    [LoggerMessage(6001, LogLevel.Information, "Authorization {AuthorizationId} is ended: {Reason}", EventName = "AuthorizationEnded")]
    public static partial void LogAuthorizationEnded(this ILogger logger, string authorizationId, string reason);

    [LoggerMessage(6002, LogLevel.Information, "Session {SessionId} is ended: {Reason}", EventName = "SessionEnded")]
    public static partial void LogSessionEnded(this ILogger logger, string sessionId, string reason);

    [LoggerMessage(6003, LogLevel.Information, "Sessions and grants of user {UserId} are ended: {Reason}", EventName = "UserEnded")]
    public static partial void LogUserEnded(this ILogger logger, string userId, string reason);

    [LoggerMessage(6004, LogLevel.Information, "Consent of user {UserId} to client {ClientId} is withdrawn: {Reason}", EventName = "ConsentEnded")]
    public static partial void LogConsentEnded(this ILogger logger, string userId, string clientId, string reason);

    [LoggerMessage(6005, LogLevel.Information, "Grants and tokens of client {ClientId} are ended: {Reason}", EventName = "ApplicationEnded")]
    public static partial void LogApplicationEnded(this ILogger logger, string clientId, string reason);

    [LoggerMessage(6006, LogLevel.Information, "Access token {Jti} is revoked", EventName = "TokenRevoked")]
    public static partial void LogTokenRevoked(this ILogger logger, string jti);

    [LoggerMessage(6007, LogLevel.Warning, "Tokens signed with key {Kid} are ended", EventName = "KeyRevoked")]
    public static partial void LogKeyRevoked(this ILogger logger, string kid);

    [LoggerMessage(6009, LogLevel.Warning, "An access token of client {ClientId} is {Length} characters long; many proxies refuse headers beyond 4096. Narrow its scopes or roles", EventName = "TokenTooLong")]
    public static partial void LogTokenTooLong(this ILogger logger, string clientId, int length);

    [LoggerMessage(6020, LogLevel.Information, "API key {KeyId} was made by {Actor}", EventName = "ApiKeyMade")]
    public static partial void LogApiKeyMade(this ILogger logger, string keyId, string actor);

    [LoggerMessage(6021, LogLevel.Information, "API key {KeyId} was given a new secret by {Actor}", EventName = "ApiKeyRotated")]
    public static partial void LogApiKeyRotated(this ILogger logger, string keyId, string actor);

    [LoggerMessage(6023, LogLevel.Warning, "API key {KeyId} was reported as found where others can read it; it is revoked", EventName = "ApiKeyLeaked")]
    public static partial void LogApiKeyLeaked(this ILogger logger, string keyId);

    [LoggerMessage(6024, LogLevel.Warning, "API key {KeyId} of service {ClientId} ends in {Days} days. Rotate it", EventName = "ApiKeyExpires")]
    public static partial void LogApiKeyExpires(this ILogger logger, string keyId, string clientId, int days);

    [LoggerMessage(6025, LogLevel.Error, "Telling of API keys that end soon failed ({Reason}); it is tried again", EventName = "ApiKeyExpiryFailed")]
    public static partial void LogApiKeyExpiryFailed(this ILogger logger, string reason);

    [LoggerMessage(6022, LogLevel.Information, "API key {KeyId} is revoked: {Reason}", EventName = "ApiKeyRevoked")]
    public static partial void LogApiKeyRevoked(this ILogger logger, string keyId, string reason);
}
