using System.Text.Json;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Users;

/// <summary>Looks people up: by subject identifier, always from the database, so that a disabled account is refused at its next request.</summary>
public sealed class Accounts(Database database)
{
    private const string AccountSql = """
        SELECT u.id, u.user_name, u.email, u.email_confirmed, u.phone_number, u.phone_number_confirmed, u.profile, u.is_disabled, u.updated, u.delete_after FROM users u WHERE u.id = $1
        """;

    private const string RolesSql = "SELECT r.name FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE ur.user_id = $1 ORDER BY r.name";

    /// <summary>The account, disabled or not; null when there is none.</summary>
    public async ValueTask<Account?> FindAsync(string userId, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await FindAsync(session, userId, cancellationToken);
    }

    /// <summary>The same within a session that is open already.</summary>
    public static async ValueTask<Account?> FindAsync(SqlSession session, string userId, CancellationToken cancellationToken)
    {
        var account = await session.FirstAsync<Account?>(AccountSql, row => new Account
        {
            Id = row.GetString(0), UserName = row.GetString(1), Email = row.Text(2), EmailVerified = row.GetBoolean(3), PhoneNumber = row.Text(4),
            PhoneNumberVerified = row.GetBoolean(5), Profile = JsonSerializer.Deserialize(row.GetString(6), StorageJson.Default.UserProfile)!,
            IsDisabled = row.GetBoolean(7), Updated = row.Time(8), DeleteAfter = row.OptionalTime(9), Roles = [],
        }, cancellationToken, userId);
        return account is null ? null : account with { Roles = await session.ListAsync(RolesSql, row => row.GetString(0), cancellationToken, userId) };
    }
}
