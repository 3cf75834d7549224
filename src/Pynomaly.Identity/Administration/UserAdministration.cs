using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Administration;

/// <summary>What administrators do to accounts, one by one.</summary>
public sealed class UserAdministration(Database database, TokenRevoker revoker, AuditTrail audit, TimeProvider time, ILogger<UserAdministration> logger)
{
    /// <summary>The accounts, by name.</summary>
    public async Task<IReadOnlyList<AccountSummary>> ListAsync(CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var roles = (await session.ListAsync("SELECT ur.user_id, r.name FROM user_roles ur JOIN roles r ON r.id = ur.role_id ORDER BY r.name",
            row => (UserId: row.GetString(0), Name: row.GetString(1)), cancellationToken)).ToLookup(role => role.UserId, role => role.Name);
        return await session.ListAsync("""
            SELECT id, user_name, email, is_disabled, created, EXISTS (SELECT 1 FROM authenticators a WHERE a.user_id = users.id) OR EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = users.id)
            FROM users ORDER BY normalized_user_name
            """,
            row => new AccountSummary(row.GetString(0), row.GetString(1), row.Text(2), row.GetBoolean(3), [.. roles[row.GetString(0)]], row.GetBoolean(5), row.Time(4)), cancellationToken);
    }

    /// <summary>The id of the account with this user name, or this id; null when there is none.</summary>
    public async Task<string?> FindIdAsync(string nameOrId, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.FirstAsync("SELECT id FROM users WHERE normalized_user_name = $1 OR id = $2", row => row.GetString(0), cancellationToken, UserNames.Normalize(nameOrId), nameOrId);
    }

    /// <summary>Disables the account: it is refused everywhere, and its sessions, grants and tokens end.</summary>
    /// <returns>False when it was disabled before.</returns>
    public async Task<bool> DisableAsync(string userId, string actor, CancellationToken cancellationToken)
    {
        var changed = await SetAsync(userId, true, actor, Log.Disabled, cancellationToken);
        await revoker.EndUserAsync(userId, "disabled", null, cancellationToken); // also when an earlier call was cut off between the two
        if (changed) Log.UserDisabled(logger, userId, actor);
        return changed;
    }

    /// <summary>Lets the account be used again. What was ended stays ended.</summary>
    /// <returns>False when it was not disabled.</returns>
    public async Task<bool> EnableAsync(string userId, string actor, CancellationToken cancellationToken)
    {
        var changed = await SetAsync(userId, false, actor, Log.Enabled, cancellationToken);
        if (changed) Log.UserEnabled(logger, userId, actor);
        return changed;
    }

    private Task<bool> SetAsync(string userId, bool disabled, string actor, EventId happened, CancellationToken cancellationToken) =>
        database.WriteAsync(async (session, stop) =>
        {
            if (await session.ExecuteAsync("UPDATE users SET is_disabled = $1, updated = $2, security_stamp = $3 WHERE id = $4 AND is_disabled <> $1", stop,
                disabled, time.GetUtcNow(), Protocol.Secrets.CreateId(), userId) == 0) return false;
            await audit.WriteAsync(session, new AuditEntry(happened) { Actor = actor, UserId = userId }, stop);
            return true;
        }, cancellationToken);
}
