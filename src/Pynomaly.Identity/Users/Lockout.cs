using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>Counts wrong passwords of an account, and makes it wait. A try is counted before the password is looked at, in one statement: parallel guesses cannot slip by (CVE-2024-4629).</summary>
/// <remarks>
/// A browser that the person has signed in with before has a count of its own: whoever locks the account from elsewhere does not lock out its owner, and guesses from a
/// stolen browser do not lock the account. After a hundred wrong passwords in a row no further one is looked at, ever, until a right one by another way or a new password
/// ends the row (NIST SP 800-63B-4 §3.2.2).
/// </remarks>
internal sealed class Lockout(Database database, ServerOptions options, TimeProvider time)
{
    private const int MostInARow = 100;
    internal static readonly long Never = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
    private static readonly double Longest = TimeSpan.FromHours(24).TotalMilliseconds;
    private static readonly string TakeOfAccount = TakeOf("users");
    private static readonly string TakeOfDevice = TakeOf("devices");

    /// <summary>Takes one try on the account. False: it waits, and the password must not be looked at.</summary>
    public Task<bool> TryTakeAsync(string userId, CancellationToken cancellationToken) =>
        database.WriteAsync((session, stop) => TryTakeAsync(session, userId, null, stop), cancellationToken);

    /// <summary>Takes one try in the caller's transaction: on the device where it is the person's, else on the account. For an id that nobody has it does the same, and answers false.</summary>
    public async ValueTask<bool> TryTakeAsync(SqlSession session, string userId, string? deviceId, CancellationToken cancellationToken)
    {
        var attempts = options.Passwords.LockoutAttempts;
        var wait = (long)options.Passwords.LockoutDuration.TotalMilliseconds;
        var doublings = (long)Math.Floor(Math.Log2(Math.Max(1, Longest / wait)));
        var rounds = (long)Math.Max(1, MostInARow / attempts);
        return await session.ExecuteAsync(deviceId is null ? TakeOfAccount : TakeOfDevice, cancellationToken,
            (long)attempts, time.GetUtcNow(), wait, deviceId ?? userId, doublings, (long)Longest, rounds, Never) == 1;
    }

    /// <summary>Gives back a try on the account.</summary>
    public Task GiveBackAsync(string userId, CancellationToken cancellationToken) => GiveBackAsync(userId, null, cancellationToken);

    /// <summary>Gives a try back that was taken: the password was never looked at, since all hashing threads were taken. A lock that the try began stays.</summary>
    public Task GiveBackAsync(string userId, string? deviceId, CancellationToken cancellationToken) => database.WriteAsync((session, stop) =>
        session.ExecuteAsync($"UPDATE {Table(deviceId)} SET access_failed_count = access_failed_count - 1 WHERE id = $1 AND access_failed_count > 0", stop, deviceId ?? userId), cancellationToken);

    /// <summary>Forgets the wrong tries of the account: the right password was given, or a new one was set.</summary>
    public Task ClearAsync(string userId, CancellationToken cancellationToken) =>
        database.WriteAsync((session, stop) => ClearAsync(session, userId, null, stop), cancellationToken);

    /// <summary>Forgets the wrong tries of the device, or without one of the account, in the caller's transaction. A right password on a known device says nothing about the strangers who try the account.</summary>
    public static ValueTask<int> ClearAsync(SqlSession session, string userId, string? deviceId, CancellationToken cancellationToken) =>
        session.ExecuteAsync($"UPDATE {Table(deviceId)} SET access_failed_count = 0, lockout_end = NULL, lockout_rounds = 0 WHERE id = $1", cancellationToken, deviceId ?? userId);

    private static string Table(string? deviceId) => deviceId is null ? "users" : "devices";

    private static string TakeOf(string table) => $"""
        UPDATE {table} SET
            lockout_end = CASE WHEN access_failed_count + 1 < $1 THEN lockout_end WHEN lockout_rounds + 1 >= $7 THEN $8
                ELSE $2 + CASE WHEN lockout_rounds >= $5 THEN $6 ELSE $3 * (1 << lockout_rounds) END END,
            lockout_rounds = CASE WHEN access_failed_count + 1 >= $1 THEN lockout_rounds + 1 ELSE lockout_rounds END,
            access_failed_count = CASE WHEN access_failed_count + 1 >= $1 THEN 0 ELSE access_failed_count + 1 END
        WHERE id = $4 AND (lockout_end IS NULL OR lockout_end <= $2)
        """;
}
