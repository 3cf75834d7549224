using System.Text.Json;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Users;

/// <summary>An account that is about to be added. Names and password are checked already; the password is a hash.</summary>
internal sealed record NewAccount
{
    private const string Sql = """
        INSERT INTO users (id, user_name, normalized_user_name, email, normalized_email, email_confirmed, phone_number, phone_number_confirmed, profile, is_disabled, created, updated,
                           password_hash, password_changed, security_stamp, concurrency_stamp, two_factor_enabled, lockout_enabled, access_failed_count, lockout_rounds)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13, $14, $15, $16, $17, 0, 0)
        """;

    public required string UserName { get; init; }

    public string? Email { get; init; }

    public bool EmailVerified { get; init; }

    public string? PhoneNumber { get; init; }

    public bool PhoneNumberVerified { get; init; }

    public UserProfile Profile { get; init; } = new();

    public bool IsDisabled { get; init; }

    public string? PasswordHash { get; init; }

    /// <summary>Ids of its roles.</summary>
    public IReadOnlyList<string> RoleIds { get; init; } = [];

    /// <summary>Makes those who enter names and addresses come one after the other, in the caller's transaction, before they look whether one is taken; on SQLite there is one writer anyway.</summary>
    public static async ValueTask OrderAsync(SqlSession session, CancellationToken cancellationToken)
    {
        if (!session.IsSqlite) await session.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtext('account names'))", cancellationToken);
    }

    /// <summary>The account that has this name or address already; people sign in by either, so one text must never mean two accounts.</summary>
    public static ValueTask<string?> FindTakenAsync(SqlSession session, string userName, string? email, CancellationToken cancellationToken)
    {
        var name = AccountNames.Normalize(userName);
        return session.FirstAsync("SELECT user_name FROM users WHERE normalized_user_name IN ($1, $2) OR normalized_email IN ($1, $2)",
            row => row.Text(0), cancellationToken, name, email is null ? name : AccountNames.Normalize(email));
    }

    /// <summary>Adds it in the caller's transaction, and answers its id. 128 random bits: a subject never tells when its account was made, and is never used again.</summary>
    public async ValueTask<string> AddAsync(SqlSession session, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var id = Secrets.CreateId();
        await session.ExecuteAsync(Sql, cancellationToken, id, UserName, AccountNames.Normalize(UserName), Email, Email is null ? null : AccountNames.Normalize(Email), EmailVerified,
            PhoneNumber, PhoneNumberVerified, JsonSerializer.Serialize(Profile, StorageJson.Default.UserProfile), IsDisabled, now,
            PasswordHash, PasswordHash is null ? null : now, Secrets.CreateId(), Secrets.CreateId(), false, true);
        foreach (var role in RoleIds) await session.ExecuteAsync("INSERT INTO user_roles (user_id, role_id) VALUES ($1, $2)", cancellationToken, id, role);
        return id;
    }

    /// <inheritdoc />
    public override string ToString() => UserName;
}
