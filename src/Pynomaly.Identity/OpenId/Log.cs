using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.OpenId;

/// <summary>The log lines of this room.</summary>
internal static partial class Log
{
    [LoggerMessage(8501, LogLevel.Information, "A logout asks to return to an address that client {ClientId} has not registered; it ends at the signed-out page", EventName = "LogoutRedirectRefused")]
    public static partial void LogLogoutRedirectRefused(this ILogger logger, string? clientId);
}
