using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.ResourceServer;

/// <summary>The log lines of this package. Never a token, a key or a proof.</summary>
internal static partial class Log
{
    [LoggerMessage(20001, LogLevel.Information, "The identity server has new signing keys; {Count} are known now", EventName = "IssuerKeysRead")]
    public static partial void LogKeysRead(this ILogger logger, int count);

    [LoggerMessage(20002, LogLevel.Warning, "The identity server's keys cannot be read ({Reason}); those that are known go on", EventName = "IssuerKeysNotRead")]
    public static partial void LogKeysNotRead(this ILogger logger, string reason);

    [LoggerMessage(20010, LogLevel.Information, "The revocation list is read: {Count} entries", EventName = "RevocationListRead")]
    public static partial void LogListRead(this ILogger logger, int count);

    [LoggerMessage(20011, LogLevel.Warning, "The revocation list cannot be read ({Reason}); after {Seconds} seconds it is too old to judge tokens by", EventName = "RevocationListNotRead")]
    public static partial void LogListNotRead(this ILogger logger, string reason, int seconds);

    [LoggerMessage(20012, LogLevel.Information, "The revocation list is read again", EventName = "RevocationListReadAgain")]
    public static partial void LogListReadAgain(this ILogger logger);

    [LoggerMessage(20013, LogLevel.Error, "The revocation list is too old: {Consequence}", EventName = "RevocationListStale")]
    public static partial void LogListStale(this ILogger logger, string consequence);

    [LoggerMessage(20020, LogLevel.Warning, "The identity server did not exchange an API key ({Reason})", EventName = "ApiKeyNotExchanged")]
    public static partial void LogNotExchanged(this ILogger logger, string reason);

    [LoggerMessage(20030, LogLevel.Warning, "DPoP proofs of client {ClientId} are refused: {Count} are remembered, and the client, its person or its key has its share", EventName = "ReplayCacheFull")]
    public static partial void LogReplayCacheFull(this ILogger logger, string clientId, int count);

    [LoggerMessage(20031, LogLevel.Warning, "The used DPoP proofs that this API's processes share cannot be asked ({Reason}); requests with a proof are refused", EventName = "UsedProofsNotAsked")]
    public static partial void LogUsedProofsNotAsked(this ILogger logger, string reason);

    [LoggerMessage(20040, LogLevel.Information, "{Count} open requests are ended with their tokens ({Reason})", EventName = "RequestsEnded")]
    public static partial void LogRequestsEnded(this ILogger logger, int count, string reason);
}
