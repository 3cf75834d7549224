using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.Administration;

/// <summary>What administration logs, and the events of the audit trail.</summary>
internal static partial class Log
{
    public static readonly EventId InitialData = new(9000, nameof(InitialDataEntered));

    public static readonly EventId Configured = new(9001, nameof(ConfigurationChanged));

    [LoggerMessage(9000, LogLevel.Information, "A new installation: {Roles} roles and {Scopes} scopes to begin with were entered", EventName = nameof(InitialDataEntered))]
    public static partial void InitialDataEntered(ILogger logger, int roles, int scopes);

    [LoggerMessage(9001, LogLevel.Information, "Configuration applied: {Change}", EventName = nameof(ConfigurationChanged))]
    public static partial void ConfigurationChanged(ILogger logger, string change);
}
