using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.Abuse;

/// <summary>The log lines of this room, for fail2ban too: they name the source, never what was typed.</summary>
internal static partial class Log
{
    public static readonly EventId SourceBanned = new(3501, nameof(SourceBanned));
    public static readonly EventId BanAdded = new(3504, nameof(BanAdded));
    public static readonly EventId BanRemoved = new(3505, nameof(BanRemoved));

    [LoggerMessage(3501, LogLevel.Warning, "Source {Source} is banned until {Until:u}: {Reason}", EventName = "SourceBanned")]
    public static partial void LogSourceBanned(this ILogger logger, string source, DateTimeOffset until, string reason);

    [LoggerMessage(3502, LogLevel.Warning, "Source {Source} would be banned if Identity:Abuse:Mode were Enforce and it were not exempt: {Reason}", EventName = "SourceNotBanned")]
    public static partial void LogSourceNotBanned(this ILogger logger, string source, string reason);

    [LoggerMessage(3503, LogLevel.Information, "Source {Source} probes for holes ({Signals}); its score is {Score}", EventName = "SourceProbed")]
    public static partial void LogSourceProbed(this ILogger logger, string source, string signals, int score);

    [LoggerMessage(3504, LogLevel.Warning, "Source {Source} is banned until {Until:u} by the operator", EventName = "BanAdded")]
    public static partial void LogBanAdded(this ILogger logger, string source, DateTimeOffset until);

    [LoggerMessage(3505, LogLevel.Warning, "The ban of source {Source} is lifted by the operator", EventName = "BanRemoved")]
    public static partial void LogBanRemoved(this ILogger logger, string source);

    [LoggerMessage(3506, LogLevel.Information, "A request of the banned source {Source} was refused for {Seconds} s", EventName = "BannedSourceRefused")]
    public static partial void LogBannedSourceRefused(this ILogger logger, string source, int seconds);

    [LoggerMessage(3507, LogLevel.Information, "What other sites' pages have source {Source} send is refused until {Until:u}: it probes for holes", EventName = "PagesRefused")]
    public static partial void LogPagesRefused(this ILogger logger, string source, DateTimeOffset until);
}
