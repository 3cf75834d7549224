using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>An account comes to hold more over this server: links that were handed over before, by who could not touch it any more, open nothing from then on (security case AD-03).</summary>
internal static class Promotion
{
    /// <summary>Whether the second patterns reach something over this server that the first do not.</summary>
    public static bool Is(IReadOnlyCollection<string> before, IReadOnlyCollection<string> after) => Over(after).Except(Over(before), StringComparer.Ordinal).Any();

    /// <summary>Ends the links of a person who is promoted, in the caller's transaction, which holds the account.</summary>
    public static async ValueTask EndLinksAsync(SqlSession sql, string userId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await PersonRows.HoldAsync(sql, userId, cancellationToken);
        await sql.ExecuteAsync("UPDATE users SET security_stamp = $1 WHERE id = $2", cancellationToken, Secrets.CreateId(), userId);
        await SecurityChanges.EndLinksAsync(sql, userId, now, cancellationToken);
        // "This was not me" too: such a link takes a password and a factor away, and may lie in a mailbox that the account had for a while only.
        await sql.ExecuteAsync("UPDATE tokens SET consumed = $1 WHERE user_id = $2 AND consumed IS NULL AND kind = $3", cancellationToken, now, userId, TokenKinds.Disavowal);
    }

    /// <summary>The same for everybody who has a role, and for those who are invited to it, in the caller's transaction, which holds the role.</summary>
    public static async ValueTask EndLinksOfRoleAsync(SqlSession sql, string roleId, string roleName, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var userId in await sql.ListAsync("SELECT user_id FROM user_roles WHERE role_id = $1 ORDER BY user_id", row => row.GetString(0), cancellationToken, roleId))
            await EndLinksAsync(sql, userId, now, cancellationToken);
        await Invitations.EndOfRoleAsync(sql, roleName, now, cancellationToken);
    }

    // Wildcards stand for themselves too: they reach what is not there yet.
    private static IEnumerable<string> Over(IReadOnlyCollection<string> patterns) =>
        patterns.Where(pattern => PermissionPattern.IsExact(pattern) ? ManagementPermissions.Contains(pattern) : ManagementPermissions.Of([pattern]).Any()).Concat(ManagementPermissions.Of(patterns));
}
