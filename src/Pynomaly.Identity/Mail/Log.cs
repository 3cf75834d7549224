using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.Mail;

/// <summary>The log lines of this room. Never an address, never a subject, never a link.</summary>
internal static partial class Log
{
    [LoggerMessage(4501, LogLevel.Information, "Mail {MailId} ({Kind}) was handed over", EventName = "MailSent")]
    public static partial void LogMailSent(this ILogger logger, string mailId, string kind);

    [LoggerMessage(4502, LogLevel.Warning, "Mail {MailId} ({Kind}) could not be sent ({Reason}), try {Attempt}; it is tried again in {Seconds} s", EventName = "MailFailed")]
    public static partial void LogMailFailed(this ILogger logger, string mailId, string kind, string reason, int attempt, int seconds);

    [LoggerMessage(4503, LogLevel.Error, "Mail {MailId} ({Kind}) was given up after {Attempts} tries: it is worth nothing any more", EventName = "MailGivenUp")]
    public static partial void LogMailGivenUp(this ILogger logger, string mailId, string kind, int attempts);

    [LoggerMessage(4505, LogLevel.Error, "Mail {MailId} ({Kind}) was refused for good ({Reason}) and is given up", EventName = "MailRefused")]
    public static partial void LogMailRefused(this ILogger logger, string mailId, string kind, string reason);

    [LoggerMessage(4504, LogLevel.Warning, "The outbox could not be read or written ({Reason}); it is tried again", EventName = "OutboxFailed")]
    public static partial void LogOutboxFailed(this ILogger logger, string reason);
}
