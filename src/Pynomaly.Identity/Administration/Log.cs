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

    public static readonly EventId Created = new(9010, nameof(UserCreated));
    public static readonly EventId Changed = new(9011, nameof(UserChanged));
    public static readonly EventId Unlocked = new(9012, nameof(UserUnlocked));
    public static readonly EventId SessionsEnded = new(9013, nameof(UserSessionsEnded));
    public static readonly EventId DeletionOrdered = new(9014, nameof(UserDeletionOrdered));
    public static readonly EventId RoleMade = new(9015, nameof(RoleCreated));
    public static readonly EventId RoleEdited = new(9016, nameof(RoleChanged));
    public static readonly EventId RoleRemoved = new(9017, nameof(RoleDeleted));
    public static readonly EventId Assigned = new(9018, nameof(RoleAssigned));
    public static readonly EventId Unassigned = new(9019, nameof(RoleUnassigned));
    public static readonly EventId PermissionMade = new(9020, nameof(PermissionCreated));
    public static readonly EventId PermissionEdited = new(9021, nameof(PermissionChanged));
    public static readonly EventId PermissionRemoved = new(9022, nameof(PermissionDeleted));
    public static readonly EventId Impersonated = new(9023, nameof(UserImpersonated));
    public static readonly EventId ActRefused = new(9158, "OperatorRefused");
    public static readonly EventId AuditExport = new(9150, "AuditExported");
    public static readonly EventId HookCreated = new(9151, nameof(WebhookCreated));
    public static readonly EventId HookChanged = new(9152, nameof(WebhookChanged));
    public static readonly EventId HookSecretRotated = new(9153, nameof(WebhookSecretRotated));
    public static readonly EventId HookRemoved = new(9154, nameof(WebhookRemoved));
    public static readonly EventId HookGivenUp = new(9155, nameof(WebhookGivenUp));
    public static readonly EventId ReceiverCreated = new(9170, nameof(EventReceiverCreated));
    public static readonly EventId ReceiverChanged = new(9171, nameof(EventReceiverChanged));
    public static readonly EventId ReceiverRemoved = new(9172, nameof(EventReceiverRemoved));
    public static readonly EventId ReceiverTested = new(9176, "EventReceiverTested");
    public static readonly EventId PushRefused = new(9177, nameof(EventPushRefused));
    public static readonly EventId ReceiverGivenUp = new(9173, nameof(EventReceiverGivenUp));
    public static readonly EventId ClientMade = new(9060, nameof(ClientCreated));
    public static readonly EventId ClientEdited = new(9061, nameof(ClientChanged));
    public static readonly EventId ClientOn = new(9062, nameof(ClientEnabled));
    public static readonly EventId ClientOff = new(9063, nameof(ClientDisabled));
    public static readonly EventId ClientRemoved = new(9064, nameof(ClientDeleted));
    public static readonly EventId SecretMade = new(9065, nameof(ClientSecretAdded));
    public static readonly EventId SecretOver = new(9066, nameof(ClientSecretEnded));
    public static readonly EventId ScopeMade = new(9067, nameof(ScopeCreated));
    public static readonly EventId ScopeEdited = new(9068, nameof(ScopeChanged));
    public static readonly EventId ScopeRemoved = new(9069, nameof(ScopeDeleted));

    public static readonly EventId ImportBegan = new(9110, nameof(ImportBegun));
    public static readonly EventId ImportMoved = new(9111, nameof(ImportAdvanced));
    public static readonly EventId ImportEnded = new(9112, nameof(ImportFinished));
    public static readonly EventId ImportGivenUp = new(9113, nameof(ImportLeft));
    public static readonly EventId HookTested = new(9159, "WebhookTested");
    public static readonly EventId TrailVerified = new(9160, nameof(AuditVerified));
    public static readonly EventId BreakAccepted = new(9161, nameof(AuditBreakAccepted));

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

    [LoggerMessage(9010, LogLevel.Information, "Account {UserId} was made by {Actor}", EventName = nameof(UserCreated))]
    public static partial void UserCreated(ILogger logger, string userId, string actor);

    [LoggerMessage(9011, LogLevel.Information, "Account {UserId} was changed by {Actor}: {What}", EventName = nameof(UserChanged))]
    public static partial void UserChanged(ILogger logger, string userId, string actor, string what);

    [LoggerMessage(9012, LogLevel.Information, "Account {UserId} was unlocked by {Actor}", EventName = nameof(UserUnlocked))]
    public static partial void UserUnlocked(ILogger logger, string userId, string actor);

    [LoggerMessage(9013, LogLevel.Information, "All sessions and grants of account {UserId} were ended by {Actor}", EventName = nameof(UserSessionsEnded))]
    public static partial void UserSessionsEnded(ILogger logger, string userId, string actor);

    [LoggerMessage(9014, LogLevel.Information, "Account {UserId} is to be deleted, says {Actor}; it is refused from now on", EventName = nameof(UserDeletionOrdered))]
    public static partial void UserDeletionOrdered(ILogger logger, string userId, string actor);

    [LoggerMessage(9015, LogLevel.Information, "Role {Role} was made by {Actor}", EventName = nameof(RoleCreated))]
    public static partial void RoleCreated(ILogger logger, string role, string actor);

    [LoggerMessage(9016, LogLevel.Information, "Role {Role} was changed by {Actor}", EventName = nameof(RoleChanged))]
    public static partial void RoleChanged(ILogger logger, string role, string actor);

    [LoggerMessage(9017, LogLevel.Information, "Role {Role} was deleted by {Actor}", EventName = nameof(RoleDeleted))]
    public static partial void RoleDeleted(ILogger logger, string role, string actor);

    [LoggerMessage(9018, LogLevel.Information, "Account {UserId} was given the role {Role} by {Actor}", EventName = nameof(RoleAssigned))]
    public static partial void RoleAssigned(ILogger logger, string userId, string role, string actor);

    [LoggerMessage(9019, LogLevel.Information, "The role {Role} was taken from account {UserId} by {Actor}", EventName = nameof(RoleUnassigned))]
    public static partial void RoleUnassigned(ILogger logger, string userId, string role, string actor);

    [LoggerMessage(9020, LogLevel.Information, "Permission {Permission} was entered by {Actor}", EventName = nameof(PermissionCreated))]
    public static partial void PermissionCreated(ILogger logger, string permission, string actor);

    [LoggerMessage(9021, LogLevel.Information, "Permission {Permission} was changed by {Actor}", EventName = nameof(PermissionChanged))]
    public static partial void PermissionChanged(ILogger logger, string permission, string actor);

    [LoggerMessage(9022, LogLevel.Information, "Permission {Permission} was deleted by {Actor}", EventName = nameof(PermissionDeleted))]
    public static partial void PermissionDeleted(ILogger logger, string permission, string actor);

    [LoggerMessage(9023, LogLevel.Warning, "{Actor} got a token in the stead of account {UserId} for client {ClientId}", EventName = nameof(UserImpersonated))]
    public static partial void UserImpersonated(ILogger logger, string userId, string actor, string clientId);

    [LoggerMessage(9151, LogLevel.Information, "Webhook {WebhookId} was made by {Actor}", EventName = nameof(WebhookCreated))]
    public static partial void WebhookCreated(ILogger logger, string webhookId, string actor);

    [LoggerMessage(9152, LogLevel.Information, "Webhook {WebhookId} was changed by {Actor}", EventName = nameof(WebhookChanged))]
    public static partial void WebhookChanged(ILogger logger, string webhookId, string actor);

    [LoggerMessage(9153, LogLevel.Information, "Webhook {WebhookId} signs with a new key, given by {Actor}", EventName = nameof(WebhookSecretRotated))]
    public static partial void WebhookSecretRotated(ILogger logger, string webhookId, string actor);

    [LoggerMessage(9154, LogLevel.Information, "Webhook {WebhookId} was removed by {Actor}", EventName = nameof(WebhookRemoved))]
    public static partial void WebhookRemoved(ILogger logger, string webhookId, string actor);

    [LoggerMessage(9155, LogLevel.Error, "Webhook {WebhookId} is disabled: {Reason}", EventName = nameof(WebhookGivenUp))]
    public static partial void WebhookGivenUp(ILogger logger, string webhookId, string reason);

    [LoggerMessage(9156, LogLevel.Warning, "Webhook {WebhookId} could not be told of entry {Sequence} ({Reason}), try {Attempt}; it is tried again in {Seconds} s", EventName = "WebhookFailed")]
    public static partial void WebhookFailed(ILogger logger, string webhookId, long sequence, string reason, int attempt, int seconds);

    [LoggerMessage(9170, LogLevel.Information, "Event receiver {ReceiverId} was made by {Actor}", EventName = nameof(EventReceiverCreated))]
    public static partial void EventReceiverCreated(ILogger logger, string receiverId, string actor);

    [LoggerMessage(9171, LogLevel.Information, "Event receiver {ReceiverId} was changed by {Actor}", EventName = nameof(EventReceiverChanged))]
    public static partial void EventReceiverChanged(ILogger logger, string receiverId, string actor);

    [LoggerMessage(9172, LogLevel.Information, "Event receiver {ReceiverId} was removed by {Actor}", EventName = nameof(EventReceiverRemoved))]
    public static partial void EventReceiverRemoved(ILogger logger, string receiverId, string actor);

    [LoggerMessage(9173, LogLevel.Error, "Event receiver {ReceiverId} is disabled: {Reason}", EventName = nameof(EventReceiverGivenUp))]
    public static partial void EventReceiverGivenUp(ILogger logger, string receiverId, string reason);

    [LoggerMessage(9174, LogLevel.Warning, "Event receiver {ReceiverId} could not be told of event {Sequence} ({Reason}), try {Attempt}; it is tried again in {Seconds} s", EventName = "EventPushFailed")]
    public static partial void EventPushFailed(ILogger logger, string receiverId, long sequence, string reason, int attempt, int seconds);

    [LoggerMessage(9177, LogLevel.Warning, "Event receiver {ReceiverId} refuses event {Sequence} ({Reason}); it is not told of it again", EventName = nameof(EventPushRefused))]
    public static partial void EventPushRefused(ILogger logger, string receiverId, long sequence, string reason);

    [LoggerMessage(9175, LogLevel.Warning, "Event receivers could not be looked after ({Reason}); it is tried again", EventName = "EventDeliveryFailed")]
    public static partial void EventDeliveryFailed(ILogger logger, string reason);

    [LoggerMessage(9157, LogLevel.Warning, "Webhooks could not be looked after ({Reason}); it is tried again", EventName = "WebhookDeliveryFailed")]
    public static partial void WebhookDeliveryFailed(ILogger logger, string reason);

    [LoggerMessage(9060, LogLevel.Information, "Client {ClientId} was made by {Actor}", EventName = nameof(ClientCreated))]
    public static partial void ClientCreated(ILogger logger, string clientId, string actor);

    [LoggerMessage(9061, LogLevel.Information, "Client {ClientId} was changed by {Actor}: {What}", EventName = nameof(ClientChanged))]
    public static partial void ClientChanged(ILogger logger, string clientId, string actor, string what);

    [LoggerMessage(9062, LogLevel.Information, "Client {ClientId} was enabled by {Actor}", EventName = nameof(ClientEnabled))]
    public static partial void ClientEnabled(ILogger logger, string clientId, string actor);

    [LoggerMessage(9063, LogLevel.Information, "Client {ClientId} was disabled by {Actor}; its grants and tokens have ended", EventName = nameof(ClientDisabled))]
    public static partial void ClientDisabled(ILogger logger, string clientId, string actor);

    [LoggerMessage(9064, LogLevel.Information, "Client {ClientId} was deleted by {Actor}; its grants, consents and tokens have ended", EventName = nameof(ClientDeleted))]
    public static partial void ClientDeleted(ILogger logger, string clientId, string actor);

    [LoggerMessage(9065, LogLevel.Information, "Client {ClientId} was given a further secret by {Actor}", EventName = nameof(ClientSecretAdded))]
    public static partial void ClientSecretAdded(ILogger logger, string clientId, string actor);

    [LoggerMessage(9066, LogLevel.Information, "A secret of client {ClientId} was ended by {Actor}", EventName = nameof(ClientSecretEnded))]
    public static partial void ClientSecretEnded(ILogger logger, string clientId, string actor);

    [LoggerMessage(9067, LogLevel.Information, "Scope {Scope} was made by {Actor}", EventName = nameof(ScopeCreated))]
    public static partial void ScopeCreated(ILogger logger, string scope, string actor);

    [LoggerMessage(9068, LogLevel.Information, "Scope {Scope} was changed by {Actor}", EventName = nameof(ScopeChanged))]
    public static partial void ScopeChanged(ILogger logger, string scope, string actor);

    [LoggerMessage(9069, LogLevel.Information, "Scope {Scope} was deleted by {Actor}", EventName = nameof(ScopeDeleted))]
    public static partial void ScopeDeleted(ILogger logger, string scope, string actor);

    [LoggerMessage(9110, LogLevel.Information, "Import {Import} ({Kind}) goes on after {Position} records, says {Actor}", EventName = nameof(ImportBegun))]
    public static partial void ImportBegun(ILogger logger, string import, string kind, long position, string actor);

    [LoggerMessage(9111, LogLevel.Debug, "Import {Import}: {Position} records are through", EventName = nameof(ImportAdvanced))]
    public static partial void ImportAdvanced(ILogger logger, string import, long position);

    [LoggerMessage(9112, LogLevel.Information, "Import {Import} ({Kind}) is done: {Created} came in, {Skipped} were here, {Refused} were refused; started by {Actor}", EventName = nameof(ImportFinished))]
    public static partial void ImportFinished(ILogger logger, string import, string kind, long created, long skipped, long refused, string actor);

    [LoggerMessage(9113, LogLevel.Warning, "Import {Import} {State} before its end; it can be resumed", EventName = nameof(ImportLeft))]
    public static partial void ImportLeft(ILogger logger, string import, string state);

    [LoggerMessage(9160, LogLevel.Information, "The audit trail was verified, as {Actor} asked: {Entries} entries, {Problems} findings", EventName = nameof(AuditVerified))]
    public static partial void AuditVerified(ILogger logger, string actor, long entries, long problems);

    [LoggerMessage(9161, LogLevel.Warning, "{Actor} accepted that the audit trail does not hold up to entry {Sequence}, in {Problems} places; it is verified anew from there", EventName = nameof(AuditBreakAccepted))]
    public static partial void AuditBreakAccepted(ILogger logger, string actor, long sequence, long problems);

    [LoggerMessage(9162, LogLevel.Error, "Verifying the audit trail failed ({Reason})", EventName = "AuditVerificationFailed")]
    public static partial void AuditVerificationFailed(ILogger logger, string reason);

    [LoggerMessage(9114, LogLevel.Error, "Import {Import} broke off; it can be resumed", EventName = nameof(ImportBroke))]
    public static partial void ImportBroke(ILogger logger, Exception problem, string import);
}
