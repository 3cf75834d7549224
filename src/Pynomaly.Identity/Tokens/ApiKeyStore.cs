using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Tokens;

/// <summary>The statements about API keys: made, rotated, revoked, each in the caller's transaction, with its audit row and the notice to the person. Who may do it is the caller's question.</summary>
public sealed class ApiKeyStore(RevocationList list, Notices notices, AuditTrail audit, ServerOptions options, TimeProvider time, ILogger<ApiKeyStore> logger)
{
    /// <summary>Selects summaries; a condition on k follows.</summary>
    internal const string SummarySql = """
        SELECT k.id, k.name, k.user_id, k.client_id, k.permissions, k.allowed_addresses, k.created, k.created_by, k.rotated, k.previous_expires, k.expires, k.revoked, k.revoke_reason,
          k.last_used, k.last_used_address, u.user_name, a.metadata, k.normalized_name
        FROM api_keys k LEFT JOIN users u ON u.id = k.user_id LEFT JOIN applications a ON a.client_id = k.client_id WHERE
        """;

    /// <summary>Where the name as it is searched stands in a row of it.</summary>
    internal const int NormalizedName = 17;

    /// <summary>The key; null when there is none.</summary>
    public static ValueTask<ApiKeySummary?> FindAsync(SqlSession sql, string id, CancellationToken cancellationToken) =>
        sql.FirstAsync<ApiKeySummary?>($"{SummarySql} k.id = $1", Read, cancellationToken, id);

    /// <summary>A row of <see cref="SummarySql"/>.</summary>
    internal static ApiKeySummary Read(DbDataReader row) => new()
    {
        Id = row.GetString(0), Name = row.GetString(1), UserId = row.Text(2), ClientId = row.Text(3), Permissions = Texts(row.GetString(4)), AllowedAddresses = Texts(row.GetString(5)),
        Created = row.Time(6), CreatedBy = row.GetString(7), Rotated = row.OptionalTime(8), PreviousExpires = row.OptionalTime(9), Expires = row.OptionalTime(10), Revoked = row.OptionalTime(11),
        RevokeReason = row.Text(12), LastUsed = row.OptionalTime(13), LastUsedAddress = row.Text(14),
        Owner = row.Text(15) ?? (row.IsDBNull(16) ? row.Text(3) : JsonSerializer.Deserialize(row.GetString(16), StorageJson.Default.ClientMetadata)!.ClientName ?? row.Text(3)),
    };

    /// <summary>Makes a key of a person or of a service; null when the owner has as many living ones as the settings admit. The rules were asked before.</summary>
    internal async ValueTask<string?> AddAsync(SqlSession sql, ApiKeyDraft draft, string? userId, string? clientId, AuditEntry by, HttpContext? context, CancellationToken cancellationToken)
    {
        // Two at once count each other: on PostgreSQL they come one after the other.
        var (table, column, owner) = userId is not null ? ("users", "id", userId) : ("applications", "client_id", clientId!);
        if (!sql.IsSqlite) await sql.ExecuteAsync($"SELECT 1 FROM {table} WHERE {column} = $1 FOR NO KEY UPDATE", cancellationToken, owner);
        var now = time.GetUtcNow();
        var living = await sql.FirstAsync($"SELECT COUNT(*) FROM api_keys WHERE {(userId is null ? "client_id" : "user_id")} = $1 AND revoked IS NULL AND (expires IS NULL OR expires > $2)", row => row.GetInt64(0), cancellationToken, owner, now);
        if (living >= options.ApiKeys.PerOwner) return null;

        var id = ApiKeyText.CreateId();
        var key = ApiKeyText.Create(id);
        await sql.ExecuteAsync("""
            INSERT INTO api_keys (id, name, secret_hash, user_id, client_id, permissions, allowed_addresses, created, created_by, expires, normalized_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """, cancellationToken, id, draft.Name.Trim(), ApiKeyText.Hash(key), userId, clientId, Text(draft.Permissions.Distinct(StringComparer.Ordinal)), Text(ApiKeyRules.Kept(draft.AllowedAddresses)), now, by.Actor ?? "server",
            ApiKeyRules.Ends(draft, options.ApiKeys, now), ApiKeyNames.Normalize(draft.Name));
        await EnterAsync(sql, Log.ApiKeyMade, id, userId, by, new JsonObject { ["name"] = draft.Name.Trim() }, cancellationToken);
        if (userId is not null) await notices.AddAsync(sql, userId, NoticeKind.ApiKeyMade, context, draft.Name.Trim(), cancellationToken);
        logger.LogApiKeyMade(id, by.Actor ?? "server");
        return key;
    }

    /// <summary>Gives a living key a new secret; the one before goes on for the overlap. It lives on for as long as it was made for. Null: another request was first, or it does not live.</summary>
    internal async ValueTask<string?> RotateAsync(SqlSession sql, ApiKeySummary key, TimeSpan overlap, AuditEntry by, HttpContext? context, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var made = ApiKeyText.Create(key.Id);
        var life = key.Lifetime > options.ApiKeys.LongestLifetime ? options.ApiKeys.LongestLifetime : key.Lifetime;
        DateTimeOffset? until = overlap > TimeSpan.Zero ? now + overlap : null;
        if (until > key.Expires) until = key.Expires; // it was never to be used longer
        var rows = await sql.ExecuteAsync($"""
            UPDATE api_keys SET previous_hash = {(until is null ? "NULL" : "secret_hash")}, previous_expires = $1, secret_hash = $2, rotated = $3, expires = $4
            WHERE id = $5 AND revoked IS NULL AND (expires IS NULL OR expires > $3) AND COALESCE(rotated, created) = $6
            """, cancellationToken, until, ApiKeyText.Hash(made), now, now + life, key.Id, key.Rotated ?? key.Created);
        if (rows == 0) return null;
        await EnterAsync(sql, Log.ApiKeyRotated, key.Id, key.UserId, by, new JsonObject { ["name"] = key.Name, ["overlap_seconds"] = (long)overlap.TotalSeconds }, cancellationToken);
        if (key.UserId is not null) await notices.AddAsync(sql, key.UserId, NoticeKind.ApiKeyRotated, context, key.Name, cancellationToken);
        logger.LogApiKeyRotated(key.Id, by.Actor ?? "server");
        return made;
    }

    /// <summary>Ends a key for good, with the tokens that were made with it. False: it was ended before. <see cref="Committed"/> follows the commit.</summary>
    internal async ValueTask<bool> RevokeAsync(SqlSession sql, string id, string reason, AuditEntry by, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await sql.ExecuteAsync("UPDATE api_keys SET revoked = $1, revoke_reason = $2, previous_hash = NULL, previous_expires = NULL WHERE id = $3 AND revoked IS NULL", cancellationToken, now, reason, id) == 0) return false;

        // It makes no tokens ever after, so the cut-off may lie ahead: an exchange that read the row before this commit signs a token that is dead at once.
        await RevocationList.AddCutOffAsync(sql, "client_id", id, now + LongestLife, now + LongestLife, now, cancellationToken);
        var userId = await sql.FirstAsync("SELECT user_id FROM api_keys WHERE id = $1", row => row.Text(0), cancellationToken, id);
        await EnterAsync(sql, reason == Leaked ? Log.ApiKeyLeaked : Log.ApiKeyRevoked, id, userId, by, new JsonObject { ["reason"] = reason }, cancellationToken);
        logger.LogApiKeyRevoked(id, reason);
        return true;
    }

    /// <summary>The same for the living keys of a person, all of which are held before the first takes the turn on the list (<see cref="PersonRows"/>); those that were made or rotated since then, when a time is given. Answers how many that were.</summary>
    internal async ValueTask<int> RevokeOfUserAsync(SqlSession sql, string userId, DateTimeOffset? since, string reason, AuditEntry by, CancellationToken cancellationToken)
    {
        var ids = await sql.ListAsync($"SELECT id FROM api_keys WHERE user_id = $1 AND revoked IS NULL AND COALESCE(rotated, created) >= $2 ORDER BY id{(sql.IsSqlite ? "" : " COLLATE \"C\" FOR UPDATE")}", row => row.GetString(0), cancellationToken, userId, since ?? DateTimeOffset.UnixEpoch);
        foreach (var id in ids) await RevokeAsync(sql, id, reason, by, cancellationToken);
        return ids.Count;
    }

    /// <summary>Makes this node obey at once; others do within a second.</summary>
    internal void Committed() => list.Load();

    /// <summary>The reason of a key that somebody found where it does not belong.</summary>
    internal const string Leaked = "leaked";

    // An access token lives an hour at most; clocks differ by a minute.
    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(1) + TimeSpan.FromMinutes(2);

    private ValueTask EnterAsync(SqlSession sql, EventId happened, string id, string? userId, AuditEntry by, JsonObject detail, CancellationToken cancellationToken) =>
        audit.WriteAsync(sql, by with { Event = happened, UserId = userId, ClientId = id, Detail = detail.ToJsonString() }, cancellationToken);

    internal static string Text(IEnumerable<string> texts) => JsonSerializer.Serialize([.. texts], StorageJson.Default.ListString);

    private static List<string> Texts(string json) => JsonSerializer.Deserialize(json, StorageJson.Default.ListString)!;
}
