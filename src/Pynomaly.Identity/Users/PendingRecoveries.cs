using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>Removals of all second factors that were asked for by e-mail and wait out their day. Whoever gives a second factor has not lost it: that ends them, and the owner is told.</summary>
/// <remarks>Else a mailbox that was taken over without anybody's noticing would get in after the day (ASVS 6.4.4).</remarks>
public sealed class PendingRecoveries(Notices notices, AuditTrail audit, TimeProvider time)
{
    private const string Kind = TokenKinds.FactorRecovery;
    private const string Reminder = "recovery-";

    private const string ForgetSql = $"DELETE FROM outgoing_mails WHERE id IN (SELECT '{Reminder}' || id FROM tokens WHERE user_id = $1 AND kind = '{Kind}' AND consumed IS NULL)";

    /// <summary>The id of the mail that reminds of one, by the id of its row.</summary>
    internal static string ReminderOf(string id) => Reminder + id;

    /// <summary>Ends those of the person, in the caller's transaction, which holds the account (<see cref="AccountStamp.LockAsync"/>). False: there was none.</summary>
    internal async ValueTask<bool> StopAsync(SqlSession sql, HttpContext context, string userId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var waits = await sql.FirstAsync("SELECT id FROM tokens WHERE user_id = $1 AND kind = $2 AND consumed IS NULL AND expires > $3", row => row.GetString(0), cancellationToken, userId, Kind, now);
        if (waits is null) return false; // as nearly always
        await ForgetRemindersAsync(sql, userId, cancellationToken);
        await sql.ExecuteAsync("UPDATE tokens SET consumed = $1 WHERE user_id = $2 AND kind = $3 AND consumed IS NULL", cancellationToken, now, userId, Kind);
        await notices.AddAsync(sql, userId, NoticeKind.RecoveryStopped, context, null, cancellationToken);
        await audit.WriteAsync(sql, new AuditEntry(Log.RecoveryStopped) { Actor = userId, UserId = userId }.From(context), cancellationToken);
        return true;
    }

    /// <summary>Takes back the mails that would remind of those that wait, in the transaction that ends them and before it does.</summary>
    internal static ValueTask<int> ForgetRemindersAsync(SqlSession sql, string userId, CancellationToken cancellationToken) => sql.ExecuteAsync(ForgetSql, cancellationToken, userId);
}
