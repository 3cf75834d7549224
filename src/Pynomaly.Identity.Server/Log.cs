namespace Pynomaly.Identity.Server;

/// <summary>What the host logs.</summary>
internal static partial class Log
{
    [LoggerMessage(10000, LogLevel.Error, "The request for {Path} failed; its correlation id is {CorrelationId}", EventName = "RequestFailed")]
    public static partial void RequestFailed(ILogger logger, Exception exception, string path, string correlationId);

    [LoggerMessage(10001, LogLevel.Error, "The database refused the request for {Path} with correlation id {CorrelationId}: {Kind}, {Reason}", EventName = "DatabaseRefused")]
    public static partial void DatabaseRefused(ILogger logger, string path, string correlationId, string kind, string reason);

    [LoggerMessage(10002, LogLevel.Warning, "The database does not answer yet ({Reason}); the server starts without it, answers 503, and tries again", EventName = "StartWithoutDatabase")]
    public static partial void StartWithoutDatabase(ILogger logger, string reason);

    [LoggerMessage(10003, LogLevel.Information, "The database answers; the server is ready", EventName = "DatabaseArrived")]
    public static partial void DatabaseArrived(ILogger logger);

    [LoggerMessage(10004, LogLevel.Critical, "The server must not go on: {Reason}", EventName = "StartRefused")]
    public static partial void StartRefused(ILogger logger, string reason);

    [LoggerMessage(10005, LogLevel.Information, "Too many requests to {Path} from {Address}; refused for {Seconds} s", EventName = "RateLimited")]
    public static partial void RateLimited(ILogger logger, string path, string? address, int seconds);

    [LoggerMessage(10006, LogLevel.Error, "The certificate {File} is valid from {NotBefore} to {NotAfter}, which is not now: clients refuse this server", EventName = "CertificateNotValid")]
    public static partial void CertificateNotValid(ILogger logger, string file, DateTime notBefore, DateTime notAfter);

    [LoggerMessage(10007, LogLevel.Warning, "The certificate {File} expires on {NotAfter}: renew it", EventName = "CertificateExpires")]
    public static partial void CertificateExpires(ILogger logger, string file, DateTime notAfter);

    [LoggerMessage(10008, LogLevel.Error, "{Reason} The server goes on with the certificate it has", EventName = "CertificateUnreadable")]
    public static partial void CertificateUnreadable(ILogger logger, string reason);

    [LoggerMessage(10009, LogLevel.Warning, "A source could not be banned, since the database refused ({Reason})", EventName = "BanNotWritten")]
    public static partial void BanNotWritten(ILogger logger, string reason);
}
