using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>What comes after a factor was given, whichever it was: another one is asked for, or the session starts. Every way to sign in ends here, so that none can leave a step out.</summary>
public sealed class SignInCompletion(
    Database database, Sessions sessions, PendingSignIns pendings, Devices devices, RememberedAccount remembered, SecondFactorPolicy policy, PendingRecoveries recoveries, AuditTrail audit, ServerOptions options, TimeProvider time, ILogger<SignInCompletion> logger)
{
    /// <summary>Goes on after a right password (or what stands for one), which was read with the stamp: a change since then ends the sign-in. A person who has a second factor is asked for it, unless they trust this browser and the request wants no more than a password.</summary>
    internal async Task<SignInResult> AfterPasswordAsync(HttpContext context, string userId, string stamp, string level, CancellationToken cancellationToken)
    {
        FactorChoices choices;
        Account? account;
        await using (var sql = await database.ReadAsync(cancellationToken))
        {
            choices = await FactorChoices.ReadAsync(sql, userId, cancellationToken);
            account = await Accounts.FindAsync(sql, userId, cancellationToken);
        }

        if (account is not { IsDisabled: false }) return new SignInResult.Failed();
        var begun = new PendingSignIn { Handle = string.Empty, UserId = userId, Amr = [AuthenticationMethods.Password], AuthTime = time.GetUtcNow(), Level = level, Stamp = stamp };
        if (choices.Any && (AuthenticationLevels.Meets(level, AuthenticationLevels.TwoFactors) || !await devices.IsTrustedAsync(context, userId, cancellationToken)))
            return new SignInResult.FactorNeeded(await pendings.CreateAsync(context, begun, cancellationToken));
        if (!choices.Any && await policy.IsRequiredAsync(account))
            return new SignInResult.EnrolmentNeeded(await pendings.CreateAsync(context, begun with { MustEnrol = true }, cancellationToken));
        return await CompleteAsync(context, new FactorProof { UserId = userId, Method = AuthenticationMethods.Password, Stamp = stamp }, cancellationToken);
    }

    /// <summary>Takes the factor and starts the session, or makes the session that asked for it stronger: one transaction with the half-done sign-in, the browser and the audit trail.</summary>
    internal async Task<SignInResult> CompleteAsync(HttpContext context, FactorProof proof, CancellationToken cancellationToken)
    {
        var before = await sessions.CurrentAsync(context, cancellationToken);
        var pending = proof.Pending;
        if (pending is not null && pending.UserId != proof.UserId) return new SignInResult.Failed();
        if (pending?.SessionId is { } asked && (before?.Id != asked || before.UserId != proof.UserId)) return new SignInResult.Failed(); // another account was signed in meanwhile

        var amr = AuthenticationMethods.With(pending?.Amr ?? [], proof.Method);
        var stamped = pending is null ? proof.Stamp : pending.Stamp ?? string.Empty;
        var done = await database.WriteAsync(async (sql, stop) =>
        {
            // What changed since the password was looked at comes first: a sign-in in flight must not outlive a new password.
            if (await AccountStamp.LockAsync(sql, proof.UserId, stop) is not { } stamp || (stamped is not null && stamped != stamp)) return null;
            if (!await proof.TakeAsync(sql, stop)) return null;
            if (pending is not null && !await pendings.ConsumeAsync(sql, pending.Handle, stop)) return null;
            if (proof.Method != AuthenticationMethods.Password)
            {
                await FactorThrottle.ClearAsync(sql, proof.UserId, stop);
                await recoveries.StopAsync(sql, context, proof.UserId, stop);
            }

            return await StartAsync(sql, context, before, proof, amr, stop);
        }, cancellationToken);
        if (done is not { } completed) return new SignInResult.Failed();

        devices.Remember(context, completed.Device);
        if (completed.UserName is { } userName) remembered.Keep(context, userName);
        sessions.Enter(context, completed.Started);
        var session = completed.Started.Session;
        if (pending?.SessionId is null) logger.LogSignedIn(session.UserId, session.Id);
        else logger.LogSteppedUp(session.UserId, session.Id, session.Acr);
        return new SignInResult.Succeeded(session) { Began = pending is null ? session.AuthTime : pending.SessionId is null ? pending.AuthTime : null };
    }

    /// <summary>Asks the person of a session for one factor more, or to add one. Failed: there is none, and the session's proof is too old to add one, so that who found the session gets no factor by it (ASVS 7.5.1).</summary>
    internal async Task<SignInResult> StepUpAsync(HttpContext context, Session session, string level, CancellationToken cancellationToken)
    {
        FactorChoices choices;
        string? stamp;
        await using (var sql = await database.ReadAsync(cancellationToken))
        {
            choices = await FactorChoices.ReadAsync(sql, session.UserId, cancellationToken);
            stamp = await AccountStamp.ReadAsync(sql, session.UserId, cancellationToken);
        }

        if (stamp is null || (!choices.Any && !pendings.IsFresh(session.AuthTime))) return new SignInResult.Failed();
        var begun = new PendingSignIn { Handle = string.Empty, UserId = session.UserId, Amr = session.Amr, AuthTime = session.AuthTime, Level = level, SessionId = session.Id, MustEnrol = !choices.Any, Stamp = stamp };
        var handle = await pendings.CreateAsync(context, begun, cancellationToken);
        return choices.Any ? new SignInResult.FactorNeeded(handle) : new SignInResult.EnrolmentNeeded(handle);
    }

    private async ValueTask<(StartedSession Started, SeenDevice Device, string? UserName)?> StartAsync(
        SqlSession sql, HttpContext context, Session? before, FactorProof proof, IReadOnlyList<string> amr, CancellationToken cancellationToken)
    {
        var trust = amr.Contains(AuthenticationMethods.MultipleFactors) && options.SecondFactor.TrustedDevice > TimeSpan.Zero ? proof.Trust : TrustDevice.No;
        var device = await devices.SeeAsync(sql, context, proof.UserId, trust, cancellationToken);
        var isStepUp = proof.Pending?.SessionId is not null;
        var acr = AuthenticationLevels.Of(amr);
        var started = isStepUp
            ? await sessions.StrengthenAsync(sql, before!, amr, acr, device.Id, cancellationToken)
            : await sessions.StartAsync(sql, context, before, proof.UserId, amr, acr, device.Id, cancellationToken);
        if (started is null) return null;
        var userName = isStepUp ? null : await sql.FirstAsync("UPDATE users SET last_sign_in = $1 WHERE id = $2 RETURNING user_name", row => row.GetString(0), cancellationToken, time.GetUtcNow(), proof.UserId);
        await audit.WriteAsync(sql, new AuditEntry(isStepUp ? Log.SteppedUp : Log.SignedIn)
        {
            Actor = proof.UserId, UserId = proof.UserId, SessionId = started.Session.Id, Detail = string.Join(' ', amr),
        }.From(context), cancellationToken);
        return (started, device, userName);
    }
}
