using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService;

/// <summary>The panic button: somebody else may be in here. Ends all sessions and grants, revokes all API keys, trusts no browser, takes back links and half-done things, save those by which an owner objects.</summary>
/// <remarks>
/// It asks for no fresh proof, on purpose: a person whose password was just changed by somebody else could not give one, and all it does is end things.
/// Factors stay, since whoever stole a session must not be able to take them away.
/// </remarks>
public sealed class SecureAccount(
    Database database, TokenRevoker revoker, ApiKeyStore keys, Notices notices, AuditTrail audit, ServerOptions options, TimeProvider time, ILogger<SecureAccount> logger)
{
    private const string Reason = "secured by its owner";

    /// <summary>True when the password is taken away too, and a new one is set by a link in an e-mail: there is e-mail, and the account has a proven address.</summary>
    public bool ResetsPassword(Account account) => options.Mail.Delivery != "Off" && account is { Email: not null, EmailVerified: true };

    /// <summary>Does it, all or nothing: the trail does not say "secured" of what somebody's closed tab left alive. The session that asks ends too; the caller takes its cookie away.</summary>
    public async Task RunAsync(HttpContext context, Session session, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await database.WriteAsync(async (sql, stop) =>
        {
            await PersonRows.HoldAsync(sql, session.UserId, stop);
            await sql.ExecuteAsync("UPDATE users SET security_stamp = $1 WHERE id = $2", stop, Secrets.CreateId(), session.UserId);
            var endsPassword = await Accounts.FindAsync(sql, session.UserId, stop) is { } account && ResetsPassword(account);
            if (endsPassword)
                await sql.ExecuteAsync("UPDATE users SET password_hash = NULL, password_changed = NULL WHERE id = $1", stop, session.UserId);
            await SecurityChanges.EndLinksAsync(sql, session.UserId, now, stop);
            await sql.ExecuteAsync("UPDATE devices SET trusted_until = NULL WHERE user_id = $1", stop, session.UserId);
            await revoker.EndUserAsync(sql, session.UserId, Reason, null, AuditEntry.By(session.UserId), stop);
            await keys.RevokeOfUserAsync(sql, session.UserId, null, "secured", new AuditEntry(Log.AccountSecured) { Actor = session.UserId, SessionId = session.Id }.From(context), stop);
            await notices.AddAsync(sql, session.UserId, NoticeKind.AccountSecured, context, null, stop);
            await audit.WriteAsync(sql, new AuditEntry(Log.AccountSecured)
            {
                Actor = session.UserId, UserId = session.UserId, SessionId = session.Id, Detail = endsPassword ? "{\"password\":\"revoke\"}" : null,
            }.From(context), stop);
            return true;
        }, cancellationToken);
        revoker.UserEnded(session.UserId, Reason);
        logger.LogAccountSecured(session.UserId);
    }
}
