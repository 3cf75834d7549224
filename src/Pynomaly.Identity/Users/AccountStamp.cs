using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>The security stamp of an account: what was begun before the last change of its password, address or factors carries the old one, and ends nowhere.</summary>
internal static class AccountStamp
{
    private const string Sql = "SELECT COALESCE(security_stamp, '') FROM users WHERE id = $1 AND is_disabled = $2";

    /// <summary>The stamp; null when there is no such account, or it is disabled.</summary>
    public static ValueTask<string?> ReadAsync(SqlSession session, string userId, CancellationToken cancellationToken) =>
        session.FirstAsync(Sql, row => row.Text(0), cancellationToken, userId, false);

    /// <summary>The same, and until the end of the transaction nobody changes the account: one who does comes wholly before or wholly after.</summary>
    public static ValueTask<string?> LockAsync(SqlSession session, string userId, CancellationToken cancellationToken) =>
        session.FirstAsync(session.IsSqlite ? Sql : Sql + " FOR NO KEY UPDATE", row => row.Text(0), cancellationToken, userId, false);
}
