using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.SelfService;

/// <summary>Everything that this server knows about the person, as one JSON document: GDPR articles 15 and 20. No secret, hash, seed or key is in it.</summary>
public sealed class DataExport(Database database, AuditTrail audit, ILogger<DataExport> logger)
{
    // One line a part: its name and its statement. Columns are named one by one, so that a new secret one never slips in.
    private static readonly (string Part, string Sql)[] Parts =
    [
        ("sessions", "SELECT id, created, auth_time, last_seen, expires, ended, amr, acr, user_agent, address FROM sessions WHERE user_id = $1 ORDER BY created"),
        ("devices", "SELECT id, user_agent, address, first_seen, last_seen, trusted_until FROM devices WHERE user_id = $1 ORDER BY first_seen"),
        ("authenticators", "SELECT id, name, created, last_used FROM authenticators WHERE user_id = $1 ORDER BY created"),
        ("passkeys", "SELECT id, name, aaguid, transports, is_backup_eligible, is_backed_up, created, last_used FROM passkeys WHERE user_id = $1 ORDER BY created"),
        ("backup_codes", "SELECT created, used FROM backup_codes WHERE user_id = $1 ORDER BY created"),
        ("api_keys", "SELECT id, name, permissions, allowed_addresses, created, rotated, expires, revoked, revoke_reason, last_used, last_used_address FROM api_keys WHERE user_id = $1 ORDER BY created"),
        ("consents", "SELECT client_id, scope, resource, claims, created, updated FROM consents WHERE user_id = $1 ORDER BY created"),
        ("grants", "SELECT id, client_id, session_id, scope, resource, auth_time, acr, amr, created, expires, is_offline, last_used, ended, end_reason FROM authorizations WHERE user_id = $1 ORDER BY created"),
        ("activity", "SELECT at, name, actor, client_id, session_id, address, detail FROM audit_events WHERE user_id = $1 ORDER BY at, sequence"),
    ];

    private static readonly HashSet<string> Times = ["created", "updated", "auth_time", "last_seen", "expires", "ended", "first_seen", "trusted_until", "last_used", "used", "at", "rotated", "revoked", "password_changed", "delete_after"];
    private static readonly HashSet<string> Lists = ["amr", "transports", "profile", "permissions", "allowed_addresses"];
    private static readonly HashSet<string> Flags = ["is_backup_eligible", "is_backed_up", "is_offline", "email_confirmed", "phone_number_confirmed"];

    private const string AccountSql = """
        SELECT id, user_name, email, email_confirmed, phone_number, phone_number_confirmed, profile, created, updated, password_changed, delete_after FROM users WHERE id = $1
        """;

    /// <summary>Writes the document, in UTF-8. That it was taken is entered in the audit trail.</summary>
    public async Task<byte[]> WriteAsync(HttpContext context, Session session, CancellationToken cancellationToken)
    {
        await audit.WriteAsync(new AuditEntry(Log.DataExported) { Actor = session.UserId, UserId = session.UserId, SessionId = session.Id }.From(context), cancellationToken);
        logger.LogDataExported(session.UserId);
        await using var sql = await database.ReadAsync(cancellationToken);
        var document = new JsonObject { ["account"] = await sql.FirstAsync(AccountSql, Read, cancellationToken, session.UserId) };
        document["roles"] = new JsonArray([.. (await sql.ListAsync("SELECT r.name FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE ur.user_id = $1 ORDER BY r.name",
            row => row.GetString(0), cancellationToken, session.UserId)).Select(name => (JsonNode)name)]);
        foreach (var (part, statement) in Parts)
            document[part] = new JsonArray([.. await sql.ListAsync(statement, Read, cancellationToken, session.UserId)]);
        return JsonSerializer.SerializeToUtf8Bytes(document, ExportJson.Default.JsonObject);
    }

    // Both databases answer the same document: SQLite keeps booleans as numbers.
    private static JsonObject Read(System.Data.Common.DbDataReader row)
    {
        var one = new JsonObject();
        for (var i = 0; i < row.FieldCount; i++)
        {
            if (row.IsDBNull(i)) continue;
            var name = row.GetName(i);
            one[name] = Times.Contains(name) ? row.Time(i).UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture)
                : Flags.Contains(name) ? row.GetBoolean(i)
                : Lists.Contains(name) && row.GetString(i) is ['[' or '{', ..] json ? JsonNode.Parse(json)
                : row.GetString(i);
        }

        return one;
    }
}
