using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.SelfService;

/// <summary>A day without new passwords by e-mail: after the only second factors were taken away by a link in a mailbox, that mailbox alone must not open the account at once (ASVS 6.4.3).</summary>
/// <remarks>An administrator's link works all the same: they have made sure who asks.</remarks>
internal static class PasswordHold
{
    /// <summary>How long it lasts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>The condition on <c>users</c> that there is none; the time now is the parameter $4.</summary>
    public const string NoneSql = $"NOT EXISTS (SELECT 1 FROM tokens t WHERE t.user_id = users.id AND t.kind = '{TokenKinds.PasswordHold}' AND t.expires > $4)";

    /// <summary>Begins it, in the caller's transaction.</summary>
    public static async ValueTask BeginAsync(SqlSession sql, string userId, DateTimeOffset now, CancellationToken cancellationToken) =>
        await OneTimeTokens.AddAsync(sql, new Token { Id = Secrets.Hash(TokenKinds.PasswordHold, Secrets.Create()), Kind = TokenKinds.PasswordHold, UserId = userId, Created = now, Expires = now + Lifetime }, cancellationToken);

    /// <summary>Whether it lasts still.</summary>
    public static async ValueTask<bool> IsOnAsync(SqlSession sql, string userId, DateTimeOffset now, CancellationToken cancellationToken) =>
        await sql.FirstAsync("SELECT id FROM tokens WHERE user_id = $1 AND kind = $2 AND expires > $3", row => row.GetString(0), cancellationToken, userId, TokenKinds.PasswordHold, now) is not null;
}
