using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.SelfService;

/// <summary>Where the person is signed in, and how to end it. Ending a session ends what was granted in it too, at once.</summary>
public sealed class OwnSessions(Database database, TokenRevoker revoker, AuditTrail audit, ServerOptions options, TimeProvider time, ILogger<OwnSessions> logger)
{
    private const string Reason = "ended by its owner";
    private const string Living = "s.user_id = $1 AND s.ended IS NULL AND s.expires > $2 AND s.last_seen > $3";

    private const string ListSql = $"""
        SELECT s.id, s.user_agent, s.address, s.created, s.auth_time, s.last_seen, s.expires, d.first_seen
        FROM sessions s LEFT JOIN devices d ON d.id = s.device_id AND d.user_id = s.user_id WHERE {Living} ORDER BY s.last_seen DESC, s.id LIMIT 500
        """;

    /// <summary>The living ones, the one that asks first, then last seen first.</summary>
    public async Task<IReadOnlyList<OwnSession>> ListAsync(Session current, CancellationToken cancellationToken)
    {
        await using var sql = await database.ReadAsync(cancellationToken);
        var all = await sql.ListAsync(ListSql, row => new OwnSession
        {
            Id = row.GetString(0), IsCurrent = row.GetString(0) == current.Id, UserAgent = row.Text(1), Address = row.Text(2), Created = row.Time(3), AuthTime = row.Time(4),
            LastSeen = row.Time(5), Expires = row.Time(6), DeviceFirstSeen = row.OptionalTime(7),
        }, cancellationToken, [.. Limits(current)]);
        return [.. all.OrderByDescending(session => session.IsCurrent)];
    }

    /// <summary>Ends one of the person's. False: there is none of this id, or it is somebody else's (SE-09).</summary>
    public async Task<bool> EndAsync(HttpContext context, Session current, string id, CancellationToken cancellationToken)
    {
        var done = await database.WriteAsync(async (sql, stop) =>
        {
            if (await sql.FirstAsync($"SELECT s.id FROM sessions s WHERE {Living} AND s.id = $4", row => row.GetString(0), stop, [.. Limits(current), id]) is null) return false;
            await revoker.EndSessionsAndGrantsAsync(sql, [id], Reason, AuditEntry.By(current.UserId) with { UserId = current.UserId }, stop);
            await audit.WriteAsync(sql, new AuditEntry(Log.OwnSessionEnded) { Actor = current.UserId, UserId = current.UserId, SessionId = id }.From(context), stop);
            return true;
        }, cancellationToken);
        if (!done) return false;
        revoker.Committed();
        logger.LogOwnSessionEnded(current.UserId, id);
        return true;
    }

    /// <summary>Ends all but the one that asks, and answers how many that were. What was granted in the one that asks goes on.</summary>
    public async Task<int> EndOthersAsync(HttpContext context, Session current, CancellationToken cancellationToken)
    {
        var number = await database.WriteAsync(async (sql, stop) =>
        {
            await PersonRows.HoldAsync(sql, current.UserId, stop);
            var others = await sql.ListAsync("SELECT id FROM sessions WHERE user_id = $1 AND ended IS NULL AND expires > $2 AND id <> $3 ORDER BY id", row => row.GetString(0), stop,
                current.UserId, time.GetUtcNow(), current.Id);
            await revoker.EndSessionsAndGrantsAsync(sql, others, Reason, AuditEntry.By(current.UserId) with { UserId = current.UserId }, stop);
            await audit.WriteAsync(sql, new AuditEntry(Log.OtherSessionsEnded) { Actor = current.UserId, UserId = current.UserId, SessionId = current.Id, Detail = $"{{\"number\":{others.Count}}}" }.From(context), stop);
            return others.Count;
        }, cancellationToken);
        revoker.Committed();
        logger.LogOtherSessionsEnded(current.UserId, number);
        return number;
    }

    private IEnumerable<object> Limits(Session current)
    {
        var now = time.GetUtcNow();
        return [current.UserId, now, now - options.Lifetimes.SessionIdle];
    }
}
