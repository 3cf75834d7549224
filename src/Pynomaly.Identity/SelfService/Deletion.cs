using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService;

/// <summary>Deleting one's account: asked for, then a while in which a sign-in can keep it, then for good.</summary>
/// <remarks>
/// Everything that is open ends when it is asked for. Of a deleted account the audit trail keeps the id and what happened when, nothing else; the id is 128 random
/// bits and never another person's (AD-13). Access tokens stay on the revocation list, which names no person, until they expire.
/// </remarks>
public sealed class Deletion(
    Database database, TokenRevoker revoker, Confirmation confirmation, Notices notices, AuditTrail audit, ServerOptions options, TimeProvider time, ILogger<Deletion> logger)
{
    /// <summary>Every table that speaks of a person, with the column that names them. A test holds it against the model.</summary>
    internal static IReadOnlyList<(string Table, string Column)> Tables { get; } =
    [
        ("sessions", "user_id"), ("authorizations", "user_id"), ("tokens", "user_id"), ("consents", "user_id"), ("authenticators", "user_id"), ("backup_codes", "user_id"),
        ("passkeys", "user_id"), ("devices", "user_id"), ("api_keys", "user_id"), ("user_roles", "user_id"), ("user_claims", "user_id"), ("user_logins", "user_id"), ("user_tokens", "user_id"),
        ("users", "id"),
    ];

    private const string Asked = "deletion asked";
    private const int Part = 1000;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    /// <summary>How long a deleted account can be kept after all.</summary>
    public TimeSpan Delay => options.Accounts.DeletionDelay;

    /// <summary>Asks for it: notes the day, ends all sessions and grants, this one too, and tells the person by e-mail.</summary>
    public async Task<DeletionResult> AskAsync(HttpContext context, Session session, CancellationToken cancellationToken)
    {
        if (!await confirmation.IsConfirmedAsync(session, cancellationToken)) return new DeletionResult.NotConfirmed();
        var now = time.GetUtcNow();
        var result = await database.WriteAsync<DeletionResult>(async (sql, stop) =>
        {
            // Two administrators who leave at once would each count on the other: on PostgreSQL they come one after the other.
            await Owners.OrderAsync(sql, stop);
            await PersonRows.HoldAsync(sql, session.UserId, stop);
            if (await Owners.IsLastAsync(sql, session.UserId, stop)) return new DeletionResult.LastAdministrator();
            await sql.ExecuteAsync("UPDATE users SET delete_after = $1, security_stamp = $2 WHERE id = $3 AND delete_after IS NULL", stop, now + Delay, Secrets.CreateId(), session.UserId);
            await SecurityChanges.EndLinksAsync(sql, session.UserId, now, stop);
            await revoker.EndUserWithKeysAsync(sql, session.UserId, Asked, AuditEntry.By(session.UserId), stop);
            await notices.AddAsync(sql, session.UserId, NoticeKind.DeletionAsked, context, null, stop);
            await audit.WriteAsync(sql, new AuditEntry(Log.DeletionAsked) { Actor = session.UserId, UserId = session.UserId, SessionId = session.Id }.From(context), stop);
            return new DeletionResult.Asked(await sql.FirstAsync("SELECT delete_after FROM users WHERE id = $1", row => row.Time(0), stop, session.UserId)); // asked for twice, the first day stands
        }, cancellationToken);
        if (result is not DeletionResult.Asked) return result;

        revoker.UserEnded(session.UserId, Asked);
        logger.LogDeletionAsked(session.UserId);
        if (Delay > TimeSpan.Zero) return result;
        await DeleteAsync(session.UserId, cancellationToken);
        return new DeletionResult.Deleted();
    }

    /// <summary>Keeps the account after all. False: it was not to be deleted, or it is too late.</summary>
    public async Task<bool> StopAsync(HttpContext context, Session session, CancellationToken cancellationToken)
    {
        var stopped = await database.WriteAsync(async (sql, stop) =>
        {
            if (await sql.ExecuteAsync("UPDATE users SET delete_after = NULL WHERE id = $1 AND delete_after > $2 AND is_disabled = $3", stop, session.UserId, time.GetUtcNow(), false) == 0) return false;
            await audit.WriteAsync(sql, new AuditEntry(Log.DeletionStopped) { Actor = session.UserId, UserId = session.UserId, SessionId = session.Id }.From(context), stop);
            return true;
        }, cancellationToken);
        if (stopped) logger.LogDeletionStopped(session.UserId);
        return stopped;
    }

    /// <summary>Deletes the accounts that are due, and answers how many that were. Each step can be repeated, so that a crash between two leaves nothing behind.</summary>
    public async Task<int> DeleteDueAsync(CancellationToken cancellationToken)
    {
        List<string> due;
        await using (var sql = await database.ReadAsync(cancellationToken))
        {
            due = await sql.ListAsync("SELECT id FROM users WHERE delete_after <= $1 LIMIT 100", row => row.GetString(0), cancellationToken, time.GetUtcNow());
        }

        var deleted = 0;
        foreach (var userId in due)
            if (await DeleteAsync(userId, cancellationToken)) deleted++;
        return deleted;
    }

    /// <summary>Deletes an account whose day has come. False: it has not, or another node was first.</summary>
    internal async Task<bool> DeleteAsync(string userId, CancellationToken cancellationToken)
    {
        // Refused everywhere from here on, so that nothing new comes into being between the end of what lives and the end of the rows. The row count decides which
        // node does it; the day moves on, so that another takes over when that one dies.
        var now = time.GetUtcNow();
        var won = await database.WriteAsync((sql, stop) => sql.ExecuteAsync("UPDATE users SET is_disabled = $1, delete_after = $2 WHERE id = $3 AND delete_after <= $4", stop, true, now + Lease, userId, now), cancellationToken);
        if (won == 0) return false;
        await revoker.EndUserAsync(userId, "deleted", null, AuditEntry.By("server") with { Initiator = "policy" }, cancellationToken); // its day has come
        await EraseAsync(userId, cancellationToken);
        var gone = await database.WriteAsync(async (sql, stop) =>
        {
            sql.Patient();
            await PersonRows.HoldAsync(sql, userId, stop);
            var rows = 0;
            foreach (var (table, column) in Tables) rows = await sql.ExecuteAsync($"DELETE FROM {table} WHERE {column} = $1", stop, userId);
            if (rows == 0) return false; // another node was first
            // What was entered meanwhile.
            await sql.ExecuteAsync($"UPDATE audit_events SET {PersonalParts.EraseSql} WHERE user_id = $1 AND (address IS NOT NULL OR detail IS NOT NULL OR salt IS NOT NULL)", stop, userId);
            await sql.ExecuteAsync($"UPDATE audit_events SET {PersonalParts.EraseAddressSql} WHERE actor = $1 AND address IS NOT NULL", stop, userId);
            await audit.WriteAsync(sql, new AuditEntry(Log.AccountDeleted) { Actor = "server", UserId = userId }, stop);
            return true;
        }, cancellationToken);
        if (gone) logger.LogAccountDeleted(userId);
        return gone;
    }

    // A long life's entries are too many for one transaction: a part after the other, each along its index. Whoever dies in between, the next one begins again and finds them erased.
    private async Task EraseAsync(string userId, CancellationToken cancellationToken)
    {
        await EraseAsync("user_id", "at", PersonalParts.EraseSql, userId, cancellationToken);
        await EraseAsync("actor", "sequence", PersonalParts.EraseAddressSql, userId, cancellationToken); // what an administrator did to others stays, where from does not
    }

    private async Task EraseAsync(string column, string order, string set, string userId, CancellationToken cancellationToken)
    {
        for (var from = 0L; from >= 0;)
        {
            var start = from;
            from = await database.WriteAsync(async (sql, stop) =>
            {
                var last = await sql.FirstAsync($"SELECT MAX({order}) FROM (SELECT {order} FROM audit_events WHERE {column} = $1 AND {order} >= $2 ORDER BY {order} LIMIT {Part}) part", row => row.IsDBNull(0) ? -1 : row.GetInt64(0), stop, userId, start);
                if (last < 0) return -1L;
                await sql.ExecuteAsync($"UPDATE audit_events SET {set} WHERE {column} = $1 AND {order} >= $2 AND {order} <= $3 AND (address IS NOT NULL OR detail IS NOT NULL OR salt IS NOT NULL)", stop, userId, start, last);
                return last + 1;
            }, cancellationToken);
        }
    }
}
