using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Auditing;

/// <summary>Which entries of the audit trail are security events that receivers are told of (CAEP 1.0), and the outbox that they go to: in the same transaction, so that none is lost and none is told that did not happen.</summary>
/// <remarks>Fed by the trail, since every way that ends a session or grant, or changes a role or credential, enters it there. While there is no receiver, nothing is written.</remarks>
[Specification("OpenID CAEP 1.0", "Continuous Access Evaluation Profile")]
internal static class SecurityEvents
{
    /// <summary>A session, a grant, or all of them were ended.</summary>
    public const string SessionRevoked = "session-revoked";

    /// <summary>Tokens will say other than before: roles, or what a role grants.</summary>
    public const string TokenClaimsChange = "token-claims-change";

    /// <summary>A password, passkey, authenticator, set of backup codes or API key came, changed or went.</summary>
    public const string CredentialChange = "credential-change";

    /// <summary>Among an event's members, what goes beside it: the transaction that several events come of ("txn", RFC 8417 §2.2).</summary>
    internal const string Transaction = "$txn";

    private const string Roles = "SELECT r.name FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE ur.user_id = $1 ORDER BY r.name";

    private static readonly Dictionary<string, (string Type, string? Credential, string? Change)> Kinds = new(StringComparer.Ordinal)
    {
        ["SessionEnded"] = (SessionRevoked, null, null), ["UserEnded"] = (SessionRevoked, null, null), ["AuthorizationEnded"] = (SessionRevoked, null, null),
        ["ConsentEnded"] = (SessionRevoked, null, null), ["ApplicationEnded"] = (SessionRevoked, null, null),
        ["RoleAssigned"] = (TokenClaimsChange, null, null), ["RoleUnassigned"] = (TokenClaimsChange, null, null),
        ["RoleChanged"] = (TokenClaimsChange, null, null), ["RoleDeleted"] = (TokenClaimsChange, null, null),
        ["PasswordChanged"] = (CredentialChange, "password", "update"), ["PasswordReset"] = (CredentialChange, "password", "update"),
        ["AuthenticatorAdded"] = (CredentialChange, "app", "create"), ["AuthenticatorRemoved"] = (CredentialChange, "app", "delete"),
        ["PasskeyAdded"] = (CredentialChange, "fido2-platform", "create"), ["PasskeyRemoved"] = (CredentialChange, "fido2-platform", "delete"),
        ["BackupCodesMade"] = (CredentialChange, "backup-codes", "update"), ["FactorsReset"] = (CredentialChange, "second-factors", "delete"),
        ["AccountSecured"] = (CredentialChange, "password", "revoke"), ["Disavowed"] = (CredentialChange, "password", "revoke"),
        ["ApiKeyMade"] = (CredentialChange, "api-key", "create"), ["ApiKeyRotated"] = (CredentialChange, "api-key", "update"),
        ["ApiKeyRevoked"] = (CredentialChange, "api-key", "revoke"), ["ApiKeyLeaked"] = (CredentialChange, "api-key", "revoke"),
    };

    /// <summary>The types that there are.</summary>
    public static IReadOnlyList<string> Types { get; } = [SessionRevoked, TokenClaimsChange, CredentialChange];

    /// <summary>Puts the event of an entry into the outbox; nothing when it is none, or nobody is to be told.</summary>
    public static async ValueTask AddAsync(SqlSession session, AuditEntry entry, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (entry.Event.Name is not { } name || !Kinds.TryGetValue(name, out var kind) || !await IsAnybodyToldAsync(session, cancellationToken)) return;
        var detail = Read(entry.Detail);
        var about = new About { User = entry.UserId, Session = entry.SessionId, Client = kind.Type == TokenClaimsChange ? null : entry.ClientId };
        var data = new JsonObject { ["initiating_entity"] = Initiator(entry) };
        if (entry.CorrelationId is { } correlation) data[Transaction] = correlation;
        if (kind.Credential is not null)
        {
            if (name is "AccountSecured" && detail?["password"] is null) return; // it stays where there is no e-mail by which to set a new one
            (data["credential_type"], data["change_type"]) = (kind.Credential, kind.Change);
            about = about with { Session = null, Client = about.User is null ? about.Client : null };
        }
        else if (kind.Type == TokenClaimsChange)
        {
            if (name is "RoleChanged" && detail?["added"] is null && detail?["removed"] is null) return; // a description
            if (name is "RoleChanged" or "RoleDeleted") about = new About { Role = (string?)detail?["role"] };
            data["claims"] = await ClaimsAsync(session, about, cancellationToken);
        }
        else
        {
            about = await WhoseAsync(session, name, about, detail, cancellationToken);
            if ((string?)detail?["reason"] is { } reason) data["reason_admin"] = new JsonObject { ["en"] = reason };
            if (entry.Ended is { } parts)
            {
                // Not all of the person's: who hears "all" would end the session that goes on.
                foreach (var (ended, client) in parts) await WriteAsync(session, kind.Type, about with { Session = ended, Client = client }, data, now, cancellationToken);
                return;
            }
        }

        if (about is { User: null, Client: null, Role: null }) return;
        await WriteAsync(session, kind.Type, about, data, now, cancellationToken);
        if (name is not "Disavowed" || (string?)detail?["factors"] is not { } change) return;
        (data["credential_type"], data["change_type"]) = ("second-factors", change);
        await WriteAsync(session, kind.Type, about, data, now, cancellationToken);
    }

    /// <summary>The same for a role that a file has changed, or the deletion of a permission that it named.</summary>
    public static async ValueTask AddRoleAsync(SqlSession session, string role, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!await IsAnybodyToldAsync(session, cancellationToken)) return;
        var about = new About { Role = role };
        await WriteAsync(session, TokenClaimsChange, about, new JsonObject { ["initiating_entity"] = "admin", ["claims"] = await ClaimsAsync(session, about, cancellationToken) }, now, cancellationToken);
    }

    private static async ValueTask<bool> IsAnybodyToldAsync(SqlSession session, CancellationToken cancellationToken) =>
        await session.FirstAsync("SELECT id FROM event_receivers LIMIT 1", row => row.GetString(0), cancellationToken) is not null;

    private static async ValueTask WriteAsync(SqlSession session, string type, About about, JsonObject data, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await ChangeFeed.OrderAsync(session, cancellationToken);
        await session.ExecuteAsync("INSERT INTO security_events (id, at, type, subject, session, client, role, data) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", cancellationToken,
            Secrets.CreateId(), now, type, about.User, about.Session, about.Client, about.Role, data.ToJsonString());
    }

    // A session's entry names no person, a grant's neither person nor client.
    private static async ValueTask<About> WhoseAsync(SqlSession session, string name, About about, JsonObject? detail, CancellationToken cancellationToken)
    {
        if (name == "AuthorizationEnded" && (string?)detail?["authorization_id"] is { } grant)
        {
            var found = await session.FirstAsync("SELECT user_id, client_id FROM authorizations WHERE id = $1", row => new About { User = row.GetString(0), Client = row.GetString(1) }, cancellationToken, grant);
            return found ?? about;
        }

        if (name != "SessionEnded") return about with { Session = null };
        if (about.User is not null) return about;
        return about with { User = await session.FirstAsync("SELECT user_id FROM sessions WHERE id = $1", row => row.GetString(0), cancellationToken, about.Session) };
    }

    private static async ValueTask<JsonObject> ClaimsAsync(SqlSession session, About about, CancellationToken cancellationToken)
    {
        if (about.User is { } user)
            return new JsonObject { ["roles"] = new JsonArray([.. (await session.ListAsync(Roles, row => row.GetString(0), cancellationToken, user)).Select(role => (JsonNode)role)]) };
        var patterns = await session.FirstAsync("SELECT permissions FROM roles WHERE name = $1", row => row.GetString(0), cancellationToken, about.Role);
        return new JsonObject { ["permissions"] = JsonNode.Parse(patterns ?? "[]") };
    }

    // CAEP 1.0 §2. A client that ends its own tokens is none of its person's and no operator's act.
    private static string Initiator(AuditEntry entry) => entry.Initiator ?? entry.Actor switch
    {
        null or "server" => "system",
        var actor when actor == entry.UserId => "user",
        var actor when actor == entry.ClientId => "system",
        _ => "admin",
    };

    private static JsonObject? Read(string? detail)
    {
        try
        {
            return detail is null ? null : JsonNode.Parse(detail) as JsonObject;
        }
        catch (JsonException)
        {
            return null; // the name of an authenticator, the model of a passkey
        }
    }

    private sealed record About
    {
        public string? User { get; init; }

        public string? Session { get; init; }

        public string? Client { get; init; }

        public string? Role { get; init; }
    }
}
