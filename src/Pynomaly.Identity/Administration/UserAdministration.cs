using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration;

/// <summary>What operators do to accounts. Nobody touches an account that may do more over this server than they; nobody but its person ever sets a password.</summary>
public sealed class UserAdministration(
    Database database, TokenRevoker revoker, Deletion deletion, AuditTrail audit, ServerOptions options, TimeProvider time, ILogger<UserAdministration> logger)
{
    /// <summary>Disables the account: it is refused everywhere, and its sessions, grants and tokens end.</summary>
    /// <returns>False when it was disabled before.</returns>
    /// <exception cref="AdministrationException">Forbidden, not found, changed; conflict: the last owner, or the operator's own.</exception>
    public async Task<bool> DisableAsync(Operator who, string userId, string? expected, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ManageUsers);
        RefuseOwn(who, userId);
        var changed = await database.WriteAsync((sql, stop) => LastOwner.KeepAsync(sql, async () =>
        {
            await TouchedAccount.RequireAsync(sql, who, userId, expected, stop);
            await PersonRows.HoldAsync(sql, userId, stop);
            var done = await SetAsync(sql, userId, true, stop);
            if (done) await audit.WriteAsync(sql, who.Entry(Log.Disabled) with { UserId = userId }, stop);
            await revoker.EndUserWithKeysAsync(sql, userId, "disabled", who.Entry(default), stop);
            return done;
        }, stop), cancellationToken);
        revoker.UserEnded(userId, "disabled");
        if (changed) Log.UserDisabled(logger, userId, who.Id);
        return changed;
    }

    /// <summary>Lets the account be used again; one that was to be deleted by an operator is kept. What was ended stays ended.</summary>
    /// <returns>False when it was not disabled.</returns>
    /// <exception cref="AdministrationException">Forbidden, not found, changed.</exception>
    public async Task<bool> EnableAsync(Operator who, string userId, string? expected, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ManageUsers);
        var changed = await database.WriteAsync(async (sql, stop) =>
        {
            await TouchedAccount.RequireAsync(sql, who, userId, expected, stop);
            if (!await SetAsync(sql, userId, false, stop)) return false;
            await sql.ExecuteAsync("UPDATE users SET delete_after = NULL WHERE id = $1 AND delete_after > $2", stop, userId, time.GetUtcNow());
            await audit.WriteAsync(sql, who.Entry(Log.Enabled) with { UserId = userId }, stop);
            return true;
        }, cancellationToken);
        if (changed) Log.UserEnabled(logger, userId, who.Id);
        return changed;
    }

    /// <summary>Forgets wrong passwords and wrong second factors, so that the person can try again now.</summary>
    /// <exception cref="AdministrationException">Forbidden, not found.</exception>
    public async Task UnlockAsync(Operator who, string userId, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ManageUsers);
        await database.WriteAsync(async (sql, stop) =>
        {
            await TouchedAccount.RequireAsync(sql, who, userId, null, stop);
            await sql.ExecuteAsync("UPDATE users SET access_failed_count = 0, lockout_end = NULL, lockout_rounds = 0 WHERE id = $1", stop, userId);
            await sql.ExecuteAsync("UPDATE devices SET access_failed_count = 0, lockout_end = NULL, lockout_rounds = 0 WHERE user_id = $1", stop, userId);
            await FactorThrottle.ClearAsync(sql, userId, stop);
            await audit.WriteAsync(sql, who.Entry(Log.Unlocked) with { UserId = userId }, stop);
            return true;
        }, cancellationToken);
        Log.UserUnlocked(logger, userId, who.Id);
    }

    /// <summary>Ends all sessions and grants of a person and the tokens of their API keys, and trusts no browser of theirs any more.</summary>
    /// <exception cref="AdministrationException">Forbidden, not found.</exception>
    public async Task EndSessionsAsync(Operator who, string userId, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ManageSessions);
        await database.WriteAsync(async (sql, stop) =>
        {
            await TouchedAccount.RequireAsync(sql, who, userId, null, stop);
            await PersonRows.HoldAsync(sql, userId, stop);
            await sql.ExecuteAsync("UPDATE devices SET trusted_until = NULL WHERE user_id = $1", stop, userId);
            await audit.WriteAsync(sql, who.Entry(Log.SessionsEnded) with { UserId = userId }, stop);
            await revoker.EndUserWithKeysAsync(sql, userId, "ended by an operator", who.Entry(default), stop);
            return true;
        }, cancellationToken);
        revoker.UserEnded(userId, "ended by an operator");
        Log.UserSessionsEnded(logger, userId, who.Id);
    }

    /// <summary>Deletes the account: refused everywhere from now on, its rows gone after Identity:Accounts:DeletionDelay, until when <see cref="EnableAsync"/> keeps it; or at once.</summary>
    /// <returns>When the rows go; null: they are gone.</returns>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, not found, changed; conflict: the last owner, or the operator's own.</exception>
    public async Task<DateTimeOffset?> DeleteAsync(Operator who, string userId, bool atOnce, string? expected, CancellationToken cancellationToken)
    {
        who.RequireConfirmed(ManagementPermissions.ManageUsers);
        RefuseOwn(who, userId);
        var now = time.GetUtcNow();
        var day = atOnce ? now : now + options.Accounts.DeletionDelay;
        await database.WriteAsync((sql, stop) => LastOwner.KeepAsync(sql, async () =>
        {
            await TouchedAccount.RequireAsync(sql, who, userId, expected, stop);
            await PersonRows.HoldAsync(sql, userId, stop);
            await sql.ExecuteAsync("UPDATE users SET is_disabled = $1, delete_after = $2, updated = $3, security_stamp = $4 WHERE id = $5", stop, true, day, now, Secrets.CreateId(), userId);
            await SecurityChanges.EndLinksAsync(sql, userId, now, stop);
            await audit.WriteAsync(sql, who.Entry(Log.DeletionOrdered) with { UserId = userId }, stop);
            await revoker.EndUserWithKeysAsync(sql, userId, "deleted by an operator", who.Entry(default), stop);
            return true;
        }, stop), cancellationToken);
        revoker.UserEnded(userId, "deleted by an operator");
        Log.UserDeletionOrdered(logger, userId, who.Id);
        if (day > now) return day;
        await deletion.DeleteAsync(userId, cancellationToken);
        return null;
    }

    private async ValueTask<bool> SetAsync(SqlSession sql, string userId, bool disabled, CancellationToken cancellationToken) =>
        await sql.ExecuteAsync("UPDATE users SET is_disabled = $1, updated = $2, security_stamp = $3 WHERE id = $4 AND is_disabled <> $1", cancellationToken,
            disabled, time.GetUtcNow(), Secrets.CreateId(), userId) == 1;

    private static void RefuseOwn(Operator who, string userId)
    {
        if (who.Id == userId) throw AdministrationException.Conflict("own_account", $"Nobody does this to their own account here. The account's own pages do that");
    }
}
