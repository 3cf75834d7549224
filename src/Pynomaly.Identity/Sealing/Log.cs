using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.Sealing;

/// <summary>The log lines of this room; the audit trail uses the same numbers and names.</summary>
internal static partial class Log
{
    public static readonly EventId KeyCreated = new(3201, "AuditKeyCreated");
    public static readonly EventId Removed = new(3204, "AuditEntriesRemoved");
    public static readonly EventId RemovalRefused = new(3207, "AuditRemovalRefused");

    [LoggerMessage(3201, LogLevel.Information, "A key to seal the audit trail with was made: {Kid}", EventName = "AuditKeyCreated")]
    public static partial void LogKeyCreated(this ILogger logger, string kid);

    [LoggerMessage(3202, LogLevel.Warning, "The audit trail could not be sealed ({Reason}); it is tried again", EventName = "AuditSealFailed")]
    public static partial void LogSealFailed(this ILogger logger, string reason);

    [LoggerMessage(3203, LogLevel.Critical, "The audit trail was cut or replaced: it had seal {Number}, as {File} shows, and it has it no more. Run the command audit verify", EventName = "AuditTrailCut")]
    public static partial void LogTrailCut(this ILogger logger, long number, string file);

    [LoggerMessage(3204, LogLevel.Information, "{Entries} entries of the audit trail, up to {Sequence}, were removed: their time of retention is over", EventName = "AuditEntriesRemoved")]
    public static partial void LogRemoved(this ILogger logger, long entries, long sequence);

    [LoggerMessage(3205, LogLevel.Warning, "Old entries of the audit trail could not be removed ({Reason}); it is tried again", EventName = "AuditRemovalFailed")]
    public static partial void LogRemovalFailed(this ILogger logger, string reason);

    [LoggerMessage(3206, LogLevel.Warning, "The last seal of the audit trail could not be noted in {File} ({Reason}): without it a cut of the newest entries cannot be seen", EventName = "AuditAnchorFailed")]
    public static partial void LogAnchorFailed(this ILogger logger, string file, string reason);

    [LoggerMessage(3207, LogLevel.Critical, "Old entries of the audit trail are not removed: seal {Number}, or what it covers, is not what was signed. Somebody may have cut or altered the trail. Run the command audit verify; audit accept lets removal go on", EventName = "AuditRemovalRefused")]
    public static partial void LogRemovalRefused(this ILogger logger, long number);
}
