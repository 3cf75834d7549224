using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.Administration;

/// <summary>What administration logs, and the events of the audit trail.</summary>
internal static partial class Log
{
    public static readonly EventId InitialData = new(9000, nameof(InitialDataEntered));

    public static readonly EventId Configured = new(9001, nameof(ConfigurationChanged));
    public static readonly EventId Disabled = new(9002, nameof(UserDisabled));
    public static readonly EventId Enabled = new(9003, nameof(UserEnabled));
    public static readonly EventId SecretRotated = new(9004, nameof(ClientSecretRotated));
    public static readonly EventId ApiKeyChanged = new(9040, nameof(ApiKeyChanged));
    public static readonly EventId ScopeCame = new(9005, nameof(ScopeEntered));

    [LoggerMessage(9000, LogLevel.Information, "A new installation: {Roles} roles and {Scopes} scopes to begin with were entered", EventName = nameof(InitialDataEntered))]
    public static partial void InitialDataEntered(ILogger logger, int roles, int scopes);

    [LoggerMessage(9001, LogLevel.Information, "Configuration applied: {Change}", EventName = nameof(ConfigurationChanged))]
    public static partial void ConfigurationChanged(ILogger logger, string change);

    [LoggerMessage(9002, LogLevel.Information, "Account {UserId} was disabled by {Actor}; its sessions and grants have ended", EventName = nameof(UserDisabled))]
    public static partial void UserDisabled(ILogger logger, string userId, string actor);

    [LoggerMessage(9003, LogLevel.Information, "Account {UserId} was enabled by {Actor}", EventName = nameof(UserEnabled))]
    public static partial void UserEnabled(ILogger logger, string userId, string actor);

    [LoggerMessage(9004, LogLevel.Information, "Client {ClientId} was given a new secret by {Actor}", EventName = nameof(ClientSecretRotated))]
    public static partial void ClientSecretRotated(ILogger logger, string clientId, string actor);

    [LoggerMessage(9005, LogLevel.Information, "The scope {Scope}, which this version brings, was entered", EventName = nameof(ScopeEntered))]
    public static partial void ScopeEntered(ILogger logger, string scope);

    [LoggerMessage(9040, LogLevel.Information, "API key {KeyId} was changed by {Actor}", EventName = nameof(ApiKeyChanged))]
    public static partial void KeyChanged(ILogger logger, string keyId, string actor);
}
