using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>Counts wrong passwords of an account, and makes it wait. A try is counted before the password is looked at, in one statement: parallel guesses cannot slip by (CVE-2024-4629).</summary>
internal sealed class Lockout(Database database, ServerOptions options, TimeProvider time)
{
    private static readonly double Longest = TimeSpan.FromHours(24).TotalMilliseconds;

    private const string TakeSql = """
        UPDATE users SET
            lockout_end = CASE WHEN access_failed_count + 1 >= $1 THEN $2 + CASE WHEN lockout_rounds >= $5 THEN $6 ELSE $3 * (1 << lockout_rounds) END ELSE lockout_end END,
            lockout_rounds = CASE WHEN access_failed_count + 1 >= $1 THEN lockout_rounds + 1 ELSE lockout_rounds END,
            access_failed_count = CASE WHEN access_failed_count + 1 >= $1 THEN 0 ELSE access_failed_count + 1 END
        WHERE id = $4 AND (lockout_end IS NULL OR lockout_end <= $2)
        """;

    /// <summary>Takes one try. False: the account waits, and the password must not be looked at.</summary>
    public async Task<bool> TryTakeAsync(string userId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var wait = (long)options.Passwords.LockoutDuration.TotalMilliseconds;
        var doublings = (long)Math.Floor(Math.Log2(Math.Max(1, Longest / wait)));
        return await database.WriteAsync(
            (session, stop) => session.ExecuteAsync(TakeSql, stop, (long)options.Passwords.LockoutAttempts, now, wait, userId, doublings, (long)Longest), cancellationToken) == 1;
    }

    /// <summary>Gives a try back: the password was never looked at, since all hashing threads were taken. A lock that the try began stays.</summary>
    public Task GiveBackAsync(string userId, CancellationToken cancellationToken) =>
        database.WriteAsync((session, stop) => session.ExecuteAsync("UPDATE users SET access_failed_count = access_failed_count - 1 WHERE id = $1 AND access_failed_count > 0", stop, userId), cancellationToken);

    /// <summary>Forgets the wrong tries: the right password was given.</summary>
    public Task ClearAsync(string userId, CancellationToken cancellationToken) =>
        database.WriteAsync((session, stop) => session.ExecuteAsync("UPDATE users SET access_failed_count = 0, lockout_end = NULL, lockout_rounds = 0 WHERE id = $1", stop, userId), cancellationToken);
}
