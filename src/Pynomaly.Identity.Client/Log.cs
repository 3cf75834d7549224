using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.Client;

/// <summary>What the package logs: that there is a token or why not, never the token or a credential.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "{Client} has a new access token for {Seconds} s")]
    public static partial void LogTokenFetched(this ILogger logger, string client, int seconds);

    [LoggerMessage(2, LogLevel.Warning, "{Client} got no access token: {Failure}, {Error}. {Reason}")]
    public static partial void LogTokenNotFetched(this ILogger logger, string client, TokenFailure failure, string error, string reason);
}
