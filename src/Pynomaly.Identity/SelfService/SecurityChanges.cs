using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService;

/// <summary>What ends when a password, an address or the factors change: other sessions and all grants, links and half-done things made before, the trust in browsers (ASVS 6.3.4, 7.4.3).</summary>
public sealed class SecurityChanges(TokenRevoker revoker, TimeProvider time)
{
    // Links "this was not me" go on: else whoever changes twice takes the owner's way back.
    private static readonly string Pending = string.Join(", ", new[]
    {
        TokenKinds.PasswordReset, TokenKinds.EmailChange, TokenKinds.EmailVerification, TokenKinds.FactorReset, TokenKinds.FactorRecovery, TokenKinds.PendingSignIn, TokenKinds.AuthenticatorEnrolment,
        TokenKinds.PasskeyCreation, TokenKinds.PasskeyRequest, TokenKinds.AuthorizationCode,
    }.Select(kind => $"'{kind}'"));

    /// <summary>Ends it, in the transaction of the change, which began by holding what it may end (<see cref="PersonRows"/>). The caller calls <see cref="Committed"/> afterwards.</summary>
    internal async ValueTask EndAsync(SqlSession sql, string userId, string reason, string? exceptSessionId, CancellationToken cancellationToken)
    {
        await sql.ExecuteAsync("UPDATE users SET security_stamp = $1 WHERE id = $2", cancellationToken, Secrets.CreateId(), userId);
        await PendingRecoveries.ForgetRemindersAsync(sql, userId, cancellationToken);
        await sql.ExecuteAsync($"UPDATE tokens SET consumed = $1 WHERE user_id = $2 AND consumed IS NULL AND kind IN ({Pending})", cancellationToken, time.GetUtcNow(), userId);
        await sql.ExecuteAsync("UPDATE devices SET trusted_until = NULL WHERE user_id = $1", cancellationToken, userId);
        await revoker.EndUserAsync(sql, userId, reason, exceptSessionId, AuditEntry.By(userId), cancellationToken);
    }

    /// <summary>Ends every one-time row of the person but the links "this was not me", in the caller's transaction.</summary>
    internal static async ValueTask EndLinksAsync(SqlSession sql, string userId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await PendingRecoveries.ForgetRemindersAsync(sql, userId, cancellationToken);
        await sql.ExecuteAsync($"UPDATE tokens SET consumed = $1 WHERE user_id = $2 AND consumed IS NULL AND kind <> '{TokenKinds.Disavowal}'", cancellationToken, now, userId);
    }

    /// <summary>Makes this node obey at once; others follow within a second.</summary>
    internal void Committed(string userId, string reason) => revoker.UserEnded(userId, reason);
}
