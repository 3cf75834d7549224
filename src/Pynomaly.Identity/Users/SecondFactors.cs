using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>The second half of a sign-in: a code of an authenticator app or a backup code, throttled by account on any number of nodes.</summary>
public sealed class SecondFactors(
    Database database, SignInCompletion completion, TotpSeeds seeds, BackupCodes backupCodes, Devices devices, FactorThrottle throttle, Notices notices, AuditTrail audit, TimeProvider time,
    ILogger<SecondFactors> logger)
{
    /// <summary>What the person has.</summary>
    public async ValueTask<FactorChoices> ChoicesAsync(string userId, CancellationToken cancellationToken)
    {
        await using var sql = await database.ReadAsync(cancellationToken);
        return await FactorChoices.ReadAsync(sql, userId, cancellationToken);
    }

    /// <summary>Takes the code and, when it holds, starts the session. Succeeded, Failed or Throttled.</summary>
    public async Task<SignInResult> CodeAsync(HttpContext context, PendingSignIn pending, string code, TrustDevice trust, CancellationToken cancellationToken)
    {
        var device = await devices.FindAsync(context, pending.UserId, cancellationToken);
        if (await throttle.TryTakeAsync(pending.UserId, device?.Id, cancellationToken) is { } wait)
        {
            logger.LogFactorThrottled(pending.UserId);
            audit.CountRefusal(new AuditEntry(Log.FactorThrottled) { UserId = pending.UserId, Address = AddressKey.NameOf(context.Connection.RemoteIpAddress) });
            return new SignInResult.Throttled((int)Math.Ceiling(wait.TotalSeconds));
        }

        var proof = new FactorProof
        {
            UserId = pending.UserId, Method = AuthenticationMethods.OneTimeCode, Pending = pending, Trust = trust, TakeAsync = (sql, stop) => TakeAsync(sql, context, pending.UserId, code.Trim(), stop),
        };
        var result = await completion.CompleteAsync(context, proof, cancellationToken);
        if (result is SignInResult.Failed)
        {
            logger.LogFactorFailed(pending.UserId, context.Connection.RemoteIpAddress?.ToString() ?? "unknown");
            await audit.WriteAsync(new AuditEntry(Log.FactorFailed) { UserId = pending.UserId, SessionId = pending.SessionId }.From(context), cancellationToken);
        }

        return result;
    }

    /// <summary>Asks a person who is signed in for a stronger level: FactorNeeded or EnrolmentNeeded.</summary>
    public Task<SignInResult> StepUpAsync(HttpContext context, Session session, string level, CancellationToken cancellationToken) => completion.StepUpAsync(context, session, level, cancellationToken);

    /// <summary>Goes on after the person has added a factor while signing in (<see cref="PendingSignIn.MustEnrol"/>): starts the session.</summary>
    public async Task<SignInResult> EnrolledAsync(HttpContext context, PendingSignIn pending, string method, CancellationToken cancellationToken) =>
        pending.MustEnrol && pending.Enrolled == method
            ? await completion.CompleteAsync(context, new FactorProof { UserId = pending.UserId, Method = method, Pending = pending }, cancellationToken)
            : new SignInResult.Failed(); // nothing was added under this sign-in: a factor of the account is to be given

    private async ValueTask<bool> TakeAsync(SqlSession sql, HttpContext context, string userId, string code, CancellationToken cancellationToken)
    {
        if (Totp.IsWellFormed(code)) return await seeds.TakeAsync(sql, userId, code, time.GetUtcNow(), cancellationToken);
        if (BackupCodes.Parse(code) is not { } backup || !await backupCodes.TakeAsync(sql, userId, backup, cancellationToken)) return false;
        await audit.WriteAsync(sql, new AuditEntry(Log.BackupCodeUsed) { Actor = userId, UserId = userId }.From(context), cancellationToken);
        await notices.AddAsync(sql, userId, NoticeKind.BackupCodeUsed, context, null, cancellationToken);
        return true;
    }
}
