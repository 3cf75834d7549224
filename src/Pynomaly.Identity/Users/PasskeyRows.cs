using System.Data.Common;
using System.Text.Json;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Users;

/// <summary>The statements about passkeys.</summary>
internal static class PasskeyRows
{
    private const string Columns = "id, user_id, name, public_key, sign_count, transports, is_backup_eligible, is_backed_up, aaguid, attestation_format, created, last_used";

    // §7.2 step 22: the counter goes on, or there is none. And the person may come in at this very moment: a locked account does not, but for a browser that the person
    // has used before, so that nobody locks out the owner from elsewhere. The lock without end is one of passwords: a passkey cannot be guessed.
    private const string UseSql = """
        UPDATE passkeys SET sign_count = $1, is_backed_up = $2, last_used = $3
        WHERE id = $4 AND user_id = $5 AND (sign_count < $1 OR (sign_count = 0 AND $1 = 0))
        AND EXISTS (SELECT 1 FROM users WHERE id = $5 AND is_disabled = $6
            AND (lockout_end IS NULL OR lockout_end <= $3 OR lockout_end = $8 OR EXISTS (SELECT 1 FROM devices WHERE user_id = $5 AND id = $7)))
        """;

    /// <summary>One of them; null when there is none.</summary>
    public static ValueTask<Passkey?> FindAsync(SqlSession session, string id, CancellationToken cancellationToken) =>
        session.FirstAsync<Passkey?>($"SELECT {Columns} FROM passkeys WHERE id = $1", Read, cancellationToken, id);

    /// <summary>A person's, oldest first.</summary>
    public static ValueTask<List<Passkey>> ListAsync(SqlSession session, string userId, CancellationToken cancellationToken) =>
        session.ListAsync($"SELECT {Columns} FROM passkeys WHERE user_id = $1 ORDER BY created, id", Read, cancellationToken, userId);

    /// <summary>Adds it. False: an account has a passkey of this id already (§7.1 step 26).</summary>
    public static async ValueTask<bool> AddAsync(SqlSession session, Passkey passkey, CancellationToken cancellationToken) =>
        await session.ExecuteAsync($"INSERT INTO passkeys ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL) ON CONFLICT (id) DO NOTHING", cancellationToken,
            passkey.Id, passkey.UserId, passkey.Name, passkey.PublicKey, passkey.SignCount, JsonSerializer.Serialize(passkey.Transports, StorageJson.Default.ListString),
            passkey.IsBackupEligible, passkey.IsBackedUp, passkey.Aaguid, passkey.AttestationFormat, passkey.Created) == 1;

    /// <summary>Takes note of a use. False: the counter did not go on, the passkey is gone, or its person may not come in.</summary>
    public static async ValueTask<bool> UseAsync(
        SqlSession session, string id, string userId, string? deviceId, long signCount, BackupState state, DateTimeOffset now, CancellationToken cancellationToken) =>
        await session.ExecuteAsync(UseSql, cancellationToken, signCount, state == BackupState.BackedUp, now, id, userId, false, deviceId ?? string.Empty, Lockout.Never) == 1;

    private static Passkey Read(DbDataReader row) => new()
    {
        Id = row.GetString(0), UserId = row.GetString(1), Name = row.GetString(2), PublicKey = row.GetString(3), SignCount = row.GetInt64(4),
        Transports = JsonSerializer.Deserialize(row.GetString(5), StorageJson.Default.ListString)!, IsBackupEligible = row.GetBoolean(6), IsBackedUp = row.GetBoolean(7),
        Aaguid = row.GetString(8), AttestationFormat = row.GetString(9), Created = row.Time(10), LastUsed = row.OptionalTime(11),
    };

    /// <summary>Whether a passkey is synchronised now.</summary>
    internal enum BackupState
    {
        OneDevice,
        BackedUp,
    }
}
