using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService;

/// <summary>A new password on its way into the database: by the rules, then hashed on the queue.</summary>
internal sealed class NewPassword(Database database, PasswordRules rules, Passwords passwords, HashingQueue hashing)
{
    /// <summary>Why the password cannot be used; null when it can.</summary>
    public PasswordProblem? Problem(string password, params IEnumerable<string?> ownNames) => rules.Check(password, ownNames) is [var problem, ..] ? problem : null;

    /// <summary>The same for an account that exists, with all its names.</summary>
    public async Task<PasswordProblem?> ProblemAsync(string userId, string password, CancellationToken cancellationToken)
    {
        await using var sql = await database.ReadAsync(cancellationToken);
        var person = await Accounts.FindAsync(sql, userId, cancellationToken);
        return Problem(password, person?.UserName, person?.Email, person?.Profile.Name, person?.Profile.GivenName, person?.Profile.FamilyName, person?.Profile.Nickname);
    }

    /// <summary>Its hash.</summary>
    /// <exception cref="HashingBusyException">All threads are taken.</exception>
    public Task<string> HashAsync(string password, CancellationToken cancellationToken) => hashing.RunAsync(() => passwords.Hash(password), cancellationToken);

    /// <summary>Whether it is the password of this hash.</summary>
    public Task<bool> VerifyAsync(string hash, string password, CancellationToken cancellationToken) =>
        hashing.RunAsync(() => passwords.Verify(hash, password) != PasswordVerdict.Failed, cancellationToken);

    /// <summary>Enters it.</summary>
    public static ValueTask<int> SetAsync(SqlSession sql, string userId, string hash, DateTimeOffset now, CancellationToken cancellationToken) =>
        sql.ExecuteAsync("UPDATE users SET password_hash = $1, password_changed = $2 WHERE id = $3", cancellationToken, hash, now, userId);

    /// <summary>Forgets wrong passwords in browsers that the person has used: they were tries at the old one, and a lock without an end ends here (NIST SP 800-63B-4 §3.2.2).</summary>
    public static ValueTask<int> ForgetTriesOnDevicesAsync(SqlSession sql, string userId, CancellationToken cancellationToken) =>
        sql.ExecuteAsync("UPDATE devices SET access_failed_count = 0, lockout_end = NULL, lockout_rounds = 0 WHERE user_id = $1", cancellationToken, userId);

    /// <summary>The answer to <see cref="HashingBusyException"/>.</summary>
    public static LinkResult.Busy Later(HashingBusyException busy) => new(Math.Max(1, (int)busy.RetryAfter.TotalSeconds));
}
