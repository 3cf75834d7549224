using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService;

/// <summary>A new password for a person who is signed in: with the current one, or a moment after a full sign-in (ASVS 6.2.3, 7.5.1).</summary>
/// <remarks>Wrong current passwords count as at the sign-in page: a session left open is no place to guess.</remarks>
internal sealed class PasswordChange(Database database, Confirmation confirmation, NewPassword passwords, Lockout lockout, Sessions sessions, SecurityChanges changes, Notices notices,
    AuditTrail audit, TimeProvider time, ILogger<PasswordChange> logger)
{
    private const string Reason = "password changed";

    /// <summary>Changes it. Other sessions, all grants, links and trusted browsers end; this session goes on under a new cookie.</summary>
    public async Task<PasswordChangeResult> ChangeAsync(HttpContext context, Session session, string? current, string @new, CancellationToken cancellationToken)
    {
        var userId = session.UserId;
        string hash;
        try
        {
            var stored = await HashOfAsync(userId, cancellationToken);
            if (string.IsNullOrEmpty(current))
            {
                if (!await confirmation.IsConfirmedAsync(session, cancellationToken)) return new PasswordChangeResult.NotConfirmed();
            }
            else if (stored is null || !await IsRightAsync(session, stored, current, cancellationToken))
            {
                return new PasswordChangeResult.WrongPassword();
            }

            if (await passwords.ProblemAsync(userId, @new, cancellationToken) is { } problem) return new PasswordChangeResult.Refused(problem);
            hash = await passwords.HashAsync(@new, cancellationToken);
            var changed = await database.WriteAsync(async (sql, stop) =>
            {
                await PersonRows.HoldAsync(sql, userId, stop);

                // What was read decides: of two changes at once, or a change and a reset, the later one must know the earlier one's password.
                if (await sql.ExecuteAsync("UPDATE users SET password_hash = $1, password_changed = $2 WHERE id = $3 AND (password_hash = $4 OR (password_hash IS NULL AND $5))", stop,
                    hash, time.GetUtcNow(), userId, stored ?? string.Empty, stored is null) == 0) return false;
                await notices.AddAsync(sql, userId, NoticeKind.PasswordChanged, context, null, stop);
                await NewPassword.ForgetTriesOnDevicesAsync(sql, userId, stop);
                await changes.EndAsync(sql, userId, Reason, session.Id, stop);
                await audit.WriteAsync(sql, new AuditEntry(Log.PasswordChanged) { Actor = userId, UserId = userId, SessionId = session.Id }.From(context), stop);
                return true;
            }, cancellationToken);
            if (!changed) return new PasswordChangeResult.WrongPassword();
        }
        catch (HashingBusyException busy)
        {
            return new PasswordChangeResult.Busy(NewPassword.Later(busy).RetryAfterSeconds);
        }

        changes.Committed(userId, Reason);
        await sessions.RenewAsync(context, cancellationToken);
        logger.LogPasswordChanged(userId);
        return new PasswordChangeResult.Changed();
    }

    private async Task<string?> HashOfAsync(string userId, CancellationToken cancellationToken)
    {
        await using var sql = await database.ReadAsync(cancellationToken);
        return await sql.FirstAsync("SELECT password_hash FROM users WHERE id = $1", row => row.Text(0), cancellationToken, userId);
    }

    // Counted on the session's own browser: strangers who lock the account do not keep its owner from a new password, nor does that one forget their tries.
    private async Task<bool> IsRightAsync(Session session, string stored, string current, CancellationToken cancellationToken)
    {
        if (!await database.WriteAsync((sql, stop) => lockout.TryTakeAsync(sql, session.UserId, session.DeviceId, stop), cancellationToken)) return false;
        try
        {
            if (!await passwords.VerifyAsync(stored, current, cancellationToken)) return false;
        }
        catch (HashingBusyException)
        {
            await lockout.GiveBackAsync(session.UserId, session.DeviceId, cancellationToken); // nobody looked at the password
            throw;
        }

        await database.WriteAsync((sql, stop) => Lockout.ClearAsync(sql, session.UserId, session.DeviceId, stop), cancellationToken);
        return true;
    }
}
