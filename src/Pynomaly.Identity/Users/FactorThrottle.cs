using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>Counts wrong second factors of an account, and makes it wait. A try is counted before the code is looked at, in one statement; a right password never forgives one (CVE-2025-64102).</summary>
/// <remarks>After 100 in a row no code is looked at any more, however long one waits (NIST SP 800-63B-4 §3.2.2): another factor, or the recovery of the account, opens it again.</remarks>
public sealed class FactorThrottle(Database database, ServerOptions options, TimeProvider time)
{
    private const int MostInARow = 100;
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    // A locked account is locked here too (CVE-2026-16103); its owner's known browser is not, as at the password.
    private const string TakeSql = """
        UPDATE users SET
            factor_lockout_end = CASE WHEN factor_failed_count + 1 >= $1 THEN $2 + CASE WHEN factor_lockout_rounds >= $5 THEN $6 ELSE $3 * (1 << factor_lockout_rounds) END ELSE factor_lockout_end END,
            factor_lockout_rounds = CASE WHEN factor_failed_count + 1 >= $1 THEN factor_lockout_rounds + 1 ELSE factor_lockout_rounds END,
            factor_failed_count = CASE WHEN factor_failed_count + 1 >= $1 THEN 0 ELSE factor_failed_count + 1 END
        WHERE id = $4 AND is_disabled = $7 AND (factor_lockout_end IS NULL OR factor_lockout_end <= $2) AND factor_lockout_rounds < $8
            AND (lockout_end IS NULL OR lockout_end <= $2 OR EXISTS (SELECT 1 FROM devices d WHERE d.user_id = users.id AND d.id = $9))
        """;

    /// <summary>Takes one try. Null: it may be looked at; else how long the account waits.</summary>
    internal async Task<TimeSpan?> TryTakeAsync(string userId, string? deviceId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var wait = (long)options.SecondFactor.LockoutDuration.TotalMilliseconds;
        var doublings = (long)Math.Floor(Math.Log2(Math.Max(1, Longest.TotalMilliseconds / wait)));
        var rounds = (long)Math.Max(1, MostInARow / options.SecondFactor.LockoutAttempts);
        return await database.WriteAsync<TimeSpan?>(async (sql, stop) =>
        {
            if (await sql.ExecuteAsync(TakeSql, stop, (long)options.SecondFactor.LockoutAttempts, now, wait, userId, doublings, (long)Longest.TotalMilliseconds, false, rounds, deviceId ?? string.Empty) == 1) return null;
            var end = await sql.FirstAsync("SELECT CASE WHEN COALESCE(lockout_end, 0) > COALESCE(factor_lockout_end, 0) THEN lockout_end ELSE factor_lockout_end END FROM users WHERE id = $1",
                row => row.OptionalTime(0), stop, userId);
            return end > now ? end - now : Longest;
        }, cancellationToken);
    }

    /// <summary>Forgets the wrong tries: a right factor was given. In the caller's transaction.</summary>
    internal static ValueTask<int> ClearAsync(SqlSession sql, string userId, CancellationToken cancellationToken) => sql.ExecuteAsync(
        "UPDATE users SET factor_failed_count = 0, factor_lockout_end = NULL, factor_lockout_rounds = 0 WHERE id = $1 AND (factor_failed_count > 0 OR factor_lockout_rounds > 0)", cancellationToken, userId);
}
