using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>Signs people in by user name or e-mail and password.</summary>
/// <remarks>Unknown, locked, disabled and wrong are one answer, at the price of one hash each: neither text nor time tells whether an account exists (ASVS 6.3.8).</remarks>
internal sealed class SignIn(
    Database database, SignInCompletion completion, Passwords passwords, HashingQueue hashing, Lockout lockout, RateLimits limits, AuditTrail audit, ILogger<SignIn> logger)
{
    /// <summary>Checks name and password and, when they hold and nothing more is needed, starts the session. The level is what the request wishes for (<see cref="AuthenticationLevels"/>).</summary>
    public async Task<SignInResult> PasswordAsync(HttpContext context, string name, string password, string level, CancellationToken cancellationToken)
    {
        if (limits.SignIn(context.Connection.RemoteIpAddress) is var wait and > 0)
        {
            logger.LogSignInThrottled(context.Connection.RemoteIpAddress?.ToString() ?? "unknown", wait);
            return new SignInResult.Throttled(wait);
        }

        var candidate = await FindAsync(name, cancellationToken);
        PasswordVerdict verdict;
        try
        {
            verdict = await VerifyAsync(candidate, password, cancellationToken);
        }
        catch (HashingBusyException busy)
        {
            if (candidate is not null) await lockout.GiveBackAsync(candidate.Id, cancellationToken); // nobody looked at the password
            return new SignInResult.Busy((int)busy.RetryAfter.TotalSeconds);
        }

        if (verdict == PasswordVerdict.Failed || candidate is null or { IsDisabled: true })
        {
            logger.LogSignInFailed(context.Connection.RemoteIpAddress?.ToString() ?? "unknown");
            await audit.WriteAsync(new AuditEntry(Log.SignInFailed) { UserId = candidate?.Id }.From(context), cancellationToken);
            return new SignInResult.Failed();
        }

        await lockout.ClearAsync(candidate.Id, cancellationToken);
        if (verdict == PasswordVerdict.SuccessRehashNeeded) await RehashAsync(candidate, password, cancellationToken);
        return await completion.AfterPasswordAsync(context, candidate.Id, level, cancellationToken);
    }

    private async Task<PasswordVerdict> VerifyAsync(Candidate? candidate, string password, CancellationToken cancellationToken)
    {
        if (candidate?.PasswordHash is { } hash && await lockout.TryTakeAsync(candidate.Id, cancellationToken))
            return await hashing.RunAsync(() => passwords.Verify(hash, password), cancellationToken);

        return await hashing.RunAsync(() =>
        {
            passwords.VerifyDummy(password);
            return PasswordVerdict.Failed;
        }, cancellationToken);
    }

    // The condition keeps a password that was changed meanwhile.
    private async Task RehashAsync(Candidate candidate, string password, CancellationToken cancellationToken)
    {
        try
        {
            var renewed = await hashing.RunAsync(() => passwords.Hash(password), cancellationToken);
            await database.WriteAsync((sql, stop) => sql.ExecuteAsync("UPDATE users SET password_hash = $1 WHERE id = $2 AND password_hash = $3", stop, renewed, candidate.Id, candidate.PasswordHash), cancellationToken);
        }
        catch (HashingBusyException)
        {
            // The next sign-in renews it.
        }
    }

    // A user name first; an e-mail address only while it is one account's.
    private async Task<Candidate?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var normalized = AccountNames.Normalize(name);
        if (normalized.Length > AccountNames.MaximumLength || !Passwords.IsWellFormed(normalized)) return null; // no database keeps such a text
        await using var sql = await database.ReadAsync(cancellationToken);
        const string columns = "SELECT id, password_hash, is_disabled FROM users WHERE ";
        static Candidate Read(System.Data.Common.DbDataReader row) => new(row.GetString(0), row.Text(1), row.GetBoolean(2));
        if (await sql.FirstAsync(columns + "normalized_user_name = $1", Read, cancellationToken, normalized) is { } named) return named;
        return await sql.ListAsync(columns + "normalized_email = $1 LIMIT 2", Read, cancellationToken, normalized) is [var only] ? only : null;
    }

    private sealed record Candidate(string Id, string? PasswordHash, bool IsDisabled)
    {
        public override string ToString() => Id; // the hash does not belong in a log
    }
}
