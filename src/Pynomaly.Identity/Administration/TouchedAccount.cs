using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration;

/// <summary>The account that an act is about, locked until the end of the transaction, after the operator proved to hold all that it holds over this server.</summary>
/// <param name="Account">The account as it stands.</param>
/// <param name="Patterns">What its roles grant.</param>
internal sealed record TouchedAccount(Account Account, IReadOnlyList<string> Patterns)
{
    /// <summary>Locks and checks it.</summary>
    /// <exception cref="AdministrationException">Not found; forbidden: it is an administrator's who may do more (security case AD-03); changed.</exception>
    public static async ValueTask<TouchedAccount> RequireAsync(SqlSession sql, Operator who, string userId, string? expected, CancellationToken cancellationToken)
    {
        if (!sql.IsSqlite) await sql.ExecuteAsync("SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE", cancellationToken, userId);
        var account = await Accounts.FindAsync(sql, userId, cancellationToken) ?? throw AdministrationException.NotFound("account");
        IReadOnlyList<string> patterns = [.. (await PermissionReasons.OfUserAsync(sql, userId, cancellationToken)).Select(reason => reason.Pattern)];
        who.RequireOver(patterns);
        Versions.Require(expected, PersonDetails.VersionOf(account));
        return new TouchedAccount(account, patterns);
    }
}
