using System.Data.Common;
using System.Text.Json;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Administration;

/// <summary>The statements about webhooks.</summary>
internal static class WebhookRows
{
    private const string Columns = "id, name, url, secret, events, is_enabled, created, cursor, failed_count, next_attempt, last_success, last_error";

    /// <summary>All, by name.</summary>
    public static ValueTask<List<Webhook>> ListAsync(SqlSession session, CancellationToken cancellationToken) =>
        session.ListAsync($"SELECT {Columns} FROM webhooks ORDER BY name, id", Map, cancellationToken);

    /// <summary>Those that may be told something now.</summary>
    public static ValueTask<List<Webhook>> DueAsync(SqlSession session, DateTimeOffset now, CancellationToken cancellationToken) =>
        session.ListAsync($"SELECT {Columns} FROM webhooks WHERE is_enabled = $1 AND next_attempt <= $2", Map, cancellationToken, true, now);

    /// <summary>One; locked until the end of the transaction when it is to be changed.</summary>
    public static ValueTask<Webhook?> FindAsync(SqlSession session, string id, bool isToChange, CancellationToken cancellationToken) =>
        session.FirstAsync<Webhook?>($"SELECT {Columns} FROM webhooks WHERE id = $1{(isToChange && !session.IsSqlite ? " FOR UPDATE" : "")}", Map, cancellationToken, id);

    /// <summary>Enters one.</summary>
    public static async ValueTask AddAsync(SqlSession session, Webhook hook, CancellationToken cancellationToken) =>
        await session.ExecuteAsync($"INSERT INTO webhooks ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, NULL, NULL)", cancellationToken,
            hook.Id, hook.Name, hook.Url, hook.Secret, Json(hook.Events), hook.IsEnabled, hook.Created, hook.Cursor, hook.NextAttempt);

    /// <summary>Writes what an operator may change; what stood in the way before no longer counts.</summary>
    public static async ValueTask ChangeAsync(SqlSession session, Webhook hook, DateTimeOffset now, CancellationToken cancellationToken) =>
        await session.ExecuteAsync("UPDATE webhooks SET name = $1, url = $2, events = $3, is_enabled = $4, failed_count = 0, next_attempt = $5, last_error = NULL WHERE id = $6", cancellationToken,
            hook.Name, hook.Url, Json(hook.Events), hook.IsEnabled, now, hook.Id);

    private static string Json(List<string> events) => JsonSerializer.Serialize(events, StorageJson.Default.ListString);

    private static Webhook Map(DbDataReader row) => new()
    {
        Id = row.GetString(0), Name = row.GetString(1), Url = row.GetString(2), Secret = row.GetString(3), Events = JsonSerializer.Deserialize(row.GetString(4), StorageJson.Default.ListString) ?? [],
        IsEnabled = row.GetBoolean(5), Created = row.Time(6), Cursor = row.GetInt64(7), FailedCount = row.GetInt32(8), NextAttempt = row.Time(9), LastSuccess = row.OptionalTime(10), LastError = row.Text(11),
    };
}
