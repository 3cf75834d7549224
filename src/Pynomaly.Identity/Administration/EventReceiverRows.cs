using System.Data.Common;
using System.Text.Json;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Administration;

/// <summary>The statements about receivers of security events, and about the outbox.</summary>
internal static class EventReceiverRows
{
    private const string Columns = "id, name, url, audience, credential, events, is_enabled, created, cursor, failed_count, next_attempt, last_success, last_error";

    /// <summary>All, by name.</summary>
    public static ValueTask<List<EventReceiver>> ListAsync(SqlSession session, CancellationToken cancellationToken) =>
        session.ListAsync($"SELECT {Columns} FROM event_receivers ORDER BY name, id", Map, cancellationToken);

    /// <summary>Those that may be told something now, where there is something.</summary>
    public static ValueTask<List<EventReceiver>> DueAsync(SqlSession session, DateTimeOffset now, CancellationToken cancellationToken) =>
        session.ListAsync($"SELECT {Columns} FROM event_receivers WHERE is_enabled = $1 AND next_attempt <= $2 AND cursor < (SELECT COALESCE(MAX(sequence), 0) FROM security_events)", Map, cancellationToken, true, now);

    /// <summary>One; locked until the end of the transaction when it is to be changed.</summary>
    public static ValueTask<EventReceiver?> FindAsync(SqlSession session, string id, bool isToChange, CancellationToken cancellationToken) =>
        session.FirstAsync<EventReceiver?>($"SELECT {Columns} FROM event_receivers WHERE id = $1{(isToChange && !session.IsSqlite ? " FOR UPDATE" : "")}", Map, cancellationToken, id);

    /// <summary>Enters one, which is told of what happens from now on.</summary>
    public static async ValueTask AddAsync(SqlSession session, EventReceiver receiver, CancellationToken cancellationToken)
    {
        await ChangeFeed.OrderAsync(session, cancellationToken); // no event that is under way lies before its cursor
        await session.ExecuteAsync($"""
            INSERT INTO event_receivers ({Columns})
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, (SELECT COALESCE(MAX(sequence), 0) FROM security_events), 0, $8, NULL, NULL)
            """, cancellationToken, receiver.Id, receiver.Name, receiver.Url, receiver.Audience, receiver.Credential, Json(receiver.Events), receiver.IsEnabled, receiver.Created);
    }

    /// <summary>Writes what an operator may change; what stood in the way before no longer counts.</summary>
    public static async ValueTask ChangeAsync(SqlSession session, EventReceiver receiver, DateTimeOffset now, CancellationToken cancellationToken) =>
        await session.ExecuteAsync("UPDATE event_receivers SET name = $1, url = $2, audience = $3, credential = $4, events = $5, is_enabled = $6, failed_count = 0, next_attempt = $7, last_error = NULL WHERE id = $8",
            cancellationToken, receiver.Name, receiver.Url, receiver.Audience, receiver.Credential, Json(receiver.Events), receiver.IsEnabled, now, receiver.Id);

    /// <summary>So many events after a position, in their order.</summary>
    public static ValueTask<List<SecurityEvent>> EventsAsync(SqlSession session, long after, int most, CancellationToken cancellationToken) =>
        session.ListAsync("SELECT sequence, id, at, type, subject, session, client, role, data FROM security_events WHERE sequence > $1 ORDER BY sequence LIMIT $2", row => new SecurityEvent
        {
            Sequence = row.GetInt64(0), Id = row.GetString(1), At = row.Time(2), Type = row.GetString(3), Subject = row.Text(4), Session = row.Text(5), Client = row.Text(6), Role = row.Text(7),
            Data = row.GetString(8),
        }, cancellationToken, after, (long)most);

    /// <summary>How many events wait for one that concern it, up to so many.</summary>
    public static ValueTask<int> WaitingAsync(SqlSession session, EventReceiver receiver, int most, CancellationToken cancellationToken)
    {
        var types = receiver.Events.Count > 0 ? receiver.Events : [.. SecurityEvents.Types];
        var names = string.Join(", ", types.Select((_, index) => $"${index + 3}"));
        return session.FirstAsync($"SELECT COUNT(*) FROM (SELECT sequence FROM security_events WHERE sequence > $1 AND type IN ({names}) LIMIT $2) AS waiting", row => (int)row.GetInt64(0), cancellationToken,
            [receiver.Cursor, (long)most, .. types]);
    }

    private static string Json(List<string> events) => JsonSerializer.Serialize(events, StorageJson.Default.ListString);

    private static EventReceiver Map(DbDataReader row) => new()
    {
        Id = row.GetString(0), Name = row.GetString(1), Url = row.GetString(2), Audience = row.GetString(3), Credential = row.Text(4),
        Events = JsonSerializer.Deserialize(row.GetString(5), StorageJson.Default.ListString) ?? [], IsEnabled = row.GetBoolean(6), Created = row.Time(7), Cursor = row.GetInt64(8),
        FailedCount = row.GetInt32(9), NextAttempt = row.Time(10), LastSuccess = row.OptionalTime(11), LastError = row.Text(12),
    };
}
