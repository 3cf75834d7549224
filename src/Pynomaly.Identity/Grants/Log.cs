using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.Grants;

/// <summary>The log lines of this room; the audit trail uses the same numbers and names.</summary>
internal static partial class Log
{
    public static readonly EventId CodeRedeemed = new(8001, nameof(CodeRedeemed));

    [LoggerMessage(8003, LogLevel.Warning, "The code of authorization {AuthorizationId} was used twice by client {ClientId}; its tokens are revoked", EventName = "AuthorizationCodeReplayed")]
    public static partial void LogAuthorizationCodeReplayed(this ILogger logger, string authorizationId, string clientId);

    [LoggerMessage(8004, LogLevel.Warning, "A used refresh token of authorization {AuthorizationId} was presented by client {ClientId}; the family is revoked", EventName = "RefreshTokenReused")]
    public static partial void LogRefreshTokenReused(this ILogger logger, string authorizationId, string clientId);
}
