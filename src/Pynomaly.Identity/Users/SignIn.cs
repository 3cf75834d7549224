using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>Signs people in by user name or e-mail and password.</summary>
/// <remarks>Unknown, locked, disabled and wrong are one answer, at the price of one hash each: neither text nor time tells whether an account exists (ASVS 6.3.8).</remarks>
internal sealed class SignIn(
    Database database, SignInCompletion completion, Passwords passwords, HashingQueue hashing, Lockout lockout, Devices devices, RateLimits limits, Bans bans, SignInTries tries, Probes probes,
    TriedNames names, AuditTrail audit, ILogger<SignIn> logger)
{
    /// <summary>Checks name and password and, when they hold and nothing more is needed, starts the session. The level is what the request wishes for (<see cref="AuthenticationLevels"/>).</summary>
    public async Task<SignInResult> PasswordAsync(HttpContext context, string name, string password, string level, CancellationToken cancellationToken)
    {
        // A browser that this very person has signed in with before is not held up by what others at its address do; it has a lockout of its own.
        var device = devices.IsCarriedBy(context) && await FindAsync(name, cancellationToken) is { } known ? await devices.FindAsync(context, known.Id, cancellationToken) : null;
        var address = context.Connection.RemoteIpAddress;
        var wait = device is null ? Math.Max(limits.SignIn(address), bans.Look(address)) : limits.KnownBrowser(device.KeyHash);
        if (wait > 0) return Throttled(context, wait);

        var candidate = await FindAsync(name, cancellationToken);
        var source = AddressKey.Of(address);
        var attempt = await database.WriteAsync(async (sql, stop) =>
        {
            // The same statements, and something written, whether the name is anybody's or not.
            var later = await tries.TakeAsync(sql, source, stop);
            if (later > 0 && device is null) return new Attempt(later, false);
            return new Attempt(0, await lockout.TryTakeAsync(sql, candidate?.Id ?? string.Empty, device?.Id, stop));
        }, cancellationToken);
        if (attempt.Wait > 0) return Throttled(context, attempt.Wait);

        PasswordVerdict verdict;
        try
        {
            // A known browser that is locked learns nothing from a quick answer: it is the holder's own. It must not keep the hashing busy for all.
            verdict = device is not null && !attempt.IsTaken ? PasswordVerdict.Failed : await VerifyAsync(attempt.IsTaken ? candidate?.PasswordHash : null, password, cancellationToken);
        }
        catch (HashingBusyException busy)
        {
            if (attempt.IsTaken) await lockout.GiveBackAsync(candidate!.Id, device?.Id, cancellationToken); // nobody looked at the password
            return new SignInResult.Busy((int)busy.RetryAfter.TotalSeconds);
        }

        var hash = names.HashOf(name);
        if (verdict == PasswordVerdict.Failed || candidate is null or { IsDisabled: true })
        {
            logger.LogSignInFailed(address?.ToString() ?? "unknown");
            await audit.WriteAsync(new AuditEntry(Log.SignInFailed) { UserId = candidate?.Id }.From(context), cancellationToken);
            if (await tries.FailedAsync(source, hash, cancellationToken) | await probes.NameFailedAsync(address, name, cancellationToken))
                await audit.WriteAsync(new AuditEntry(Abuse.Log.SourceBanned) { Actor = "server" }.From(context), cancellationToken);
            return new SignInResult.Failed();
        }

        await database.WriteAsync(async (sql, stop) =>
        {
            await SignInTries.SucceededAsync(sql, source, hash, stop);
            return await Lockout.ClearAsync(sql, candidate.Id, device?.Id, stop);
        }, cancellationToken);
        if (verdict == PasswordVerdict.SuccessRehashNeeded) await RehashAsync(candidate, password, cancellationToken);
        return await completion.AfterPasswordAsync(context, candidate.Id, candidate.Stamp, level, cancellationToken);
    }

    private SignInResult.Throttled Throttled(HttpContext context, int seconds)
    {
        logger.LogSignInThrottled(context.Connection.RemoteIpAddress?.ToString() ?? "unknown", seconds);
        audit.CountRefusal(new AuditEntry(Log.SignInThrottled) { Address = AddressKey.NameOf(context.Connection.RemoteIpAddress) });
        return new SignInResult.Throttled(seconds);
    }

    private Task<PasswordVerdict> VerifyAsync(string? hash, string password, CancellationToken cancellationToken) => hashing.RunAsync(() =>
    {
        if (hash is not null) return passwords.Verify(hash, password);
        passwords.VerifyDummy(password);
        return PasswordVerdict.Failed;
    }, cancellationToken);

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
        const string columns = "SELECT id, password_hash, is_disabled, COALESCE(security_stamp, '') FROM users WHERE ";
        static Candidate Read(System.Data.Common.DbDataReader row) => new(row.GetString(0), row.Text(1), row.GetBoolean(2), row.GetString(3));
        if (await sql.FirstAsync(columns + "normalized_user_name = $1", Read, cancellationToken, normalized) is { } named) return named;
        return await sql.ListAsync(columns + "normalized_email = $1 LIMIT 2", Read, cancellationToken, normalized) is [var only] ? only : null;
    }

    private sealed record Attempt(int Wait, bool IsTaken);

    private sealed record Candidate(string Id, string? PasswordHash, bool IsDisabled, string Stamp)
    {
        public override string ToString() => Id; // the hash does not belong in a log
    }
}
