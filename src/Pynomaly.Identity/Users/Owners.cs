using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>The owners of this server: who has a role that grants everything, is not disabled and is not to be deleted. There always is one, once there was one (security case AD-11).</summary>
/// <remarks>A change that could take the last one away calls <see cref="OrderAsync"/> first, so that two of them come one after the other, and asks again when it is made.</remarks>
internal static class Owners
{
    /// <summary>The pattern that makes a role an owner's.</summary>
    public const string Everything = "*:*";

    // Patterns are kept as a JSON list; no pattern holds a quotation mark.
    private const string GrantsEverything = "r.permissions LIKE '%\"*:*\"%'";

    private const string RolesSql = $"SELECT r.id FROM roles r WHERE {GrantsEverything}";

    // Role by role, and no join: not knowing how few roles these are, PostgreSQL would read all people and all their roles for one.
    private const string OtherSql = """
        SELECT ur.user_id FROM user_roles ur
        WHERE ur.role_id = $1 AND ur.user_id <> $2 AND (SELECT 1 FROM users u WHERE u.id = ur.user_id AND u.is_disabled = $3 AND u.delete_after IS NULL) IS NOT NULL LIMIT 1
        """;

    private const string IsOwnerSql = $"""
        SELECT COUNT(*) FROM user_roles ur JOIN roles r ON r.id = ur.role_id JOIN users u ON u.id = ur.user_id
        WHERE {GrantsEverything} AND u.is_disabled = $1 AND u.delete_after IS NULL AND u.id = $2
        """;

    private const string RoleSql = $"""
        SELECT r.id FROM roles r WHERE {GrantsEverything}
        ORDER BY CASE r.normalized_name WHEN 'OWNER' THEN 0 WHEN 'ADMIN' THEN 1 ELSE 2 END, r.normalized_name LIMIT 1
        """;

    /// <summary>Makes those who could take an owner away, or make the first one, come one after the other until the end of the transaction; on SQLite there is one writer anyway.</summary>
    public static async ValueTask OrderAsync(SqlSession sql, CancellationToken cancellationToken)
    {
        if (!sql.IsSqlite) await sql.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtext('owners'))", cancellationToken);
    }

    /// <summary>Whether there is an owner.</summary>
    public static async ValueTask<bool> AnyAsync(SqlSession sql, CancellationToken cancellationToken) =>
        await IsThereAnotherAsync(sql, string.Empty, cancellationToken);

    /// <summary>Whether this person is the one owner there is.</summary>
    public static async ValueTask<bool> IsLastAsync(SqlSession sql, string userId, CancellationToken cancellationToken) =>
        await sql.FirstAsync(IsOwnerSql, row => row.GetInt64(0), cancellationToken, false, userId) > 0
        && !await IsThereAnotherAsync(sql, userId, cancellationToken);

    /// <summary>The role that the first owner gets; null: no role grants everything.</summary>
    public static ValueTask<string?> FindRoleAsync(SqlSession sql, CancellationToken cancellationToken) => sql.FirstAsync(RoleSql, row => row.GetString(0), cancellationToken);

    private static async ValueTask<bool> IsThereAnotherAsync(SqlSession sql, string userId, CancellationToken cancellationToken)
    {
        foreach (var role in await sql.ListAsync(RolesSql, row => row.GetString(0), cancellationToken))
            if (await sql.FirstAsync(OtherSql, row => row.GetString(0), cancellationToken, role, userId, false) is not null) return true;
        return false;
    }
}
