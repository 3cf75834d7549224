using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>Backup codes: ten at a time, shown once, one use each.</summary>
/// <remarks>Eight hexadecimal digits are few enough to be searched, so what is kept is a hash under a key that the database does not have.</remarks>
public sealed class BackupCodes(Database database, MasterKey master, AuditTrail audit, Notices notices, TimeProvider time)
{
    /// <summary>Codes of a set.</summary>
    public const int SetSize = 10;

    private const int Digits = 8;
    private readonly Lazy<byte[]> _key = new(() => master.Derive("backup codes", 32));

    /// <summary>Makes a new set, which ends the old one, and answers it: the only time that it can be read.</summary>
    public Task<IReadOnlyList<string>> MakeAsync(HttpContext context, string userId, CancellationToken cancellationToken) => MakeAsync(context, userId, null, cancellationToken);

    /// <summary>The same in place of one set (<see cref="SetAsync"/>). Empty when that is not the one there is: a form that is sent again, by a page that is loaded again, ends no codes that somebody has just stored.</summary>
    public async Task<IReadOnlyList<string>> MakeAsync(HttpContext context, string userId, string? instead, CancellationToken cancellationToken)
    {
        HashSet<string> codes = [];
        while (codes.Count < SetSize) codes.Add(RandomNumberGenerator.GetHexString(Digits, lowercase: true));
        var made = await database.WriteAsync(async (sql, stop) =>
        {
            await AccountStamp.LockAsync(sql, userId, stop); // two sets at once: the second ends the first
            if (instead is not null && instead != await ReadSetAsync(sql, userId, stop)) return false;
            var now = time.GetUtcNow();
            await sql.ExecuteAsync("DELETE FROM backup_codes WHERE user_id = $1", stop, userId);
            foreach (var code in codes)
                await sql.ExecuteAsync("INSERT INTO backup_codes (user_id, hash, created, used) VALUES ($1, $2, $3, NULL)", stop, userId, Hash(userId, code), now);
            await audit.WriteAsync(sql, new AuditEntry(Log.BackupCodesMade) { Actor = userId, UserId = userId }.From(context), stop);
            await notices.AddAsync(sql, userId, NoticeKind.BackupCodesMade, context, null, stop);
            return true;
        }, cancellationToken);
        return made ? [.. codes.Select(code => $"{code[..4]}-{code[4..]}")] : [];
    }

    /// <summary>Which set there is: empty when there is none.</summary>
    public async Task<string> SetAsync(string userId, CancellationToken cancellationToken)
    {
        await using var sql = await database.ReadAsync(cancellationToken);
        return await ReadSetAsync(sql, userId, cancellationToken);
    }

    /// <summary>How many are left, and of how many.</summary>
    public async Task<(int Left, int Of)> CountAsync(string userId, CancellationToken cancellationToken)
    {
        await using var sql = await database.ReadAsync(cancellationToken);
        return await sql.FirstAsync("SELECT COUNT(*) - COUNT(used), COUNT(*) FROM backup_codes WHERE user_id = $1", row => ((int)row.GetInt64(0), (int)row.GetInt64(1)), cancellationToken, userId);
    }

    /// <summary>The code as it is hashed, whatever was typed between its digits; null when the text is none.</summary>
    internal static string? Parse(string typed)
    {
        var code = typed.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToLower(CultureInfo.InvariantCulture);
        return code.Length == Digits && code.All(char.IsAsciiHexDigit) ? code : null;
    }

    /// <summary>Takes a code in the caller's transaction: true once.</summary>
    internal async ValueTask<bool> TakeAsync(SqlSession sql, string userId, string code, CancellationToken cancellationToken) =>
        await sql.ExecuteAsync("UPDATE backup_codes SET used = $1 WHERE user_id = $2 AND hash = $3 AND used IS NULL", cancellationToken, time.GetUtcNow(), userId, Hash(userId, code)) == 1;

    /// <summary>Ends the set of a person who has no factor left that the codes could stand in for; in the caller's transaction.</summary>
    internal static ValueTask<int> EndIfAloneAsync(SqlSession sql, string userId, CancellationToken cancellationToken) => sql.ExecuteAsync("""
        DELETE FROM backup_codes WHERE user_id = $1
            AND NOT EXISTS (SELECT 1 FROM authenticators a WHERE a.user_id = $1) AND NOT EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = $1)
        """, cancellationToken, userId);

    private static async ValueTask<string> ReadSetAsync(SqlSession sql, string userId, CancellationToken cancellationToken) =>
        await sql.FirstAsync("SELECT MAX(created) FROM backup_codes WHERE user_id = $1", row => row.IsDBNull(0) ? null : row.GetInt64(0).ToString(CultureInfo.InvariantCulture), cancellationToken, userId) ?? string.Empty;

    private string Hash(string userId, string code) => Base64Url.EncodeToString(HMACSHA256.HashData(_key.Value, Encoding.UTF8.GetBytes($"{userId}\0{code}")));
}
