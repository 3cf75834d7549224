using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.Clients;

/// <summary>The log lines of this room; the audit trail uses the same numbers and names.</summary>
internal static partial class Log
{
    public static readonly EventId ClientRefused = new(5001, nameof(ClientRefused));

    [LoggerMessage(5001, LogLevel.Information, "Client {ClientId} was refused at authentication by {Method}: {Reason}", EventName = "ClientRefused")]
    public static partial void LogClientRefused(this ILogger logger, string clientId, string method, string reason);

    [LoggerMessage(5002, LogLevel.Warning, "The keys of {Address} could not be fetched: {Reason}", EventName = "ClientKeysNotFetched")]
    public static partial void LogClientKeysNotFetched(this ILogger logger, string address, string reason);

    [LoggerMessage(5003, LogLevel.Warning, "The last uses of API keys could not be written ({Reason})", EventName = "KeyUsesNotWritten")]
    public static partial void LogKeyUsesNotWritten(this ILogger logger, string reason);
}
