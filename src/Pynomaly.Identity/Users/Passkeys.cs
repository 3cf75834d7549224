using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>Passkeys (Web Authentication Level 3): add, sign in with, name, remove.</summary>
/// <remarks>Who may add or remove one, and how freshly they must have signed in, is asked by the pages and the account API.</remarks>
public sealed class Passkeys(
    Database database, PasskeyChallenges challenges, PasskeyVerifier verifier, SignInCompletion completion, PendingSignIns pendings, Sessions sessions, Devices devices, RateLimits limits, Notices notices, AuditTrail audit,
    TimeProvider time, ILogger<Passkeys> logger)
{
    /// <summary>As many may a person have.</summary>
    public const int Most = 20;

    private const int LongestName = 64;

    /// <summary>The person's, oldest first.</summary>
    public async Task<IReadOnlyList<Passkey>> ListAsync(string userId, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await PasskeyRows.ListAsync(session, userId, cancellationToken);
    }

    /// <summary>The method that a use of the passkey proves (<see cref="AuthenticationMethods"/>).</summary>
    public static string MethodOf(Passkey passkey)
    {
        ArgumentNullException.ThrowIfNull(passkey);
        return passkey.IsBackupEligible ? AuthenticationMethods.SoftwareKey : AuthenticationMethods.HardwareKey;
    }

    /// <summary>Begins to add one (§7.1).</summary>
    public async Task<PasskeyCeremony> BeginCreationAsync(HttpContext context, string userId, CancellationToken cancellationToken)
    {
        Account? account;
        await using (var session = await database.ReadAsync(cancellationToken)) account = await Accounts.FindAsync(session, userId, cancellationToken);
        if (account is null) throw new InvalidOperationException("There is no such account.");
        var (options, state) = await verifier.BeginCreationAsync(account, context);
        return new PasskeyCeremony(await challenges.CreateAsync(context, TokenKinds.PasskeyCreation, userId, state, cancellationToken), options);
    }

    /// <summary>Adds it. The name is the authenticator's model where the person gives none.</summary>
    public async Task<PasskeyResult> AddAsync(HttpContext context, string userId, string handle, string credential, string? name, CancellationToken cancellationToken)
    {
        var challenge = await challenges.FindAsync(context, TokenKinds.PasskeyCreation, handle, cancellationToken);
        if (challenge is null || challenge.Value.UserId != userId) return Refuse(userId, "expired"); // another person's, too (WA-12)
        if (PasskeyAnswer.ReadCreation(credential) is not { } answer) return await SpendAsync("invalid");
        var (info, format, reason) = await verifier.VerifyCreationAsync(credential, challenge.Value.State, context);
        if (info is null) return await SpendAsync(await ExistsAsync(answer.Id, cancellationToken) ? "known" : reason!);

        Passkey? passkey = null;
        var refusal = await database.WriteAsync(async (session, stop) =>
        {
            if (await AccountStamp.LockAsync(session, userId, stop) is null) return "expired"; // before its one-time rows, as everywhere
            if (!await challenges.ConsumeAsync(session, TokenKinds.PasskeyCreation, handle, stop)) return "expired";
            var before = await FactorChoices.ReadAsync(session, userId, stop);
            if (before.Passkeys >= Most) return "full";
            passkey = PasskeyOf(userId, answer, info, format, name); // now: the notice's time is not to be far from it
            if (!await PasskeyRows.AddAsync(session, passkey, stop)) return "known";
            await pendings.MarkEnrolledAsync(session, context, userId, MethodOf(passkey), before, stop);
            await notices.AddAsync(session, userId, NoticeKind.PasskeyAdded, context, passkey.Name, stop);
            await audit.WriteAsync(session, new AuditEntry(Log.PasskeyAdded) { Actor = userId, UserId = userId, Detail = passkey.Aaguid }.From(context), stop);
            return null;
        }, cancellationToken);
        if (refusal is not null) return Refuse(userId, refusal);
        logger.LogPasskeyAdded(userId, passkey!.Aaguid);
        return new PasskeyResult.Added(passkey);

        async Task<PasskeyResult> SpendAsync(string why)
        {
            await challenges.SpendAsync(TokenKinds.PasskeyCreation, handle, cancellationToken);
            return Refuse(userId, why);
        }
    }

    /// <summary>Begins a sign-in with a passkey (§7.2): of whoever holds one, or as the second factor of a pending sign-in.</summary>
    public Task<PasskeyCeremony> BeginRequestAsync(HttpContext context, PendingSignIn? pending, CancellationToken cancellationToken) => BeginRequestAsync(context, pending?.UserId, cancellationToken);

    /// <summary>Begins to ask the person of the request's session once more who they are: only their own passkeys will do.</summary>
    public Task<PasskeyCeremony> BeginConfirmationAsync(HttpContext context, Session session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        return BeginRequestAsync(context, session.UserId, cancellationToken);
    }

    /// <summary>Ends it: starts the session. Succeeded, Failed or Throttled.</summary>
    public async Task<SignInResult> SignInAsync(HttpContext context, string handle, string credential, PendingSignIn? pending, TrustDevice trust, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        // A browser that has signed in before is not held up by others at its address.
        var wait = await devices.KnownHashAsync(context, cancellationToken) is { } known ? limits.KnownBrowser(known) : limits.SignIn(context.Connection.RemoteIpAddress);
        if (wait > 0)
        {
            logger.LogSignInThrottled(context.Connection.RemoteIpAddress?.ToString() ?? "unknown", wait);
            audit.CountRefusal(new AuditEntry(Log.SignInThrottled) { Address = AddressKey.NameOf(context.Connection.RemoteIpAddress) });
            return new SignInResult.Throttled(wait);
        }

        var challenge = await challenges.FindAsync(context, TokenKinds.PasskeyRequest, handle, cancellationToken);
        if (challenge is null) return await FailAsync(context, null, cancellationToken);
        var expected = pending?.UserId ?? (await sessions.CurrentAsync(context, cancellationToken))?.UserId;
        var answer = PasskeyAnswer.ReadRequest(credential);
        var isTheirs = pending is null && challenge.Value.UserId is null || challenge.Value.UserId == expected; // begun for one person, ended for the same
        var verified = answer is not null && isTheirs ? await verifier.VerifyRequestAsync(credential, challenge.Value.State, context) : null;
        if (verified is not var (userId, info))
        {
            await challenges.SpendAsync(TokenKinds.PasskeyRequest, handle, cancellationToken);
            return await FailAsync(context, null, cancellationToken);
        }

        var device = await devices.FindAsync(context, userId, cancellationToken);
        var proof = new FactorProof
        {
            UserId = userId, Method = info.IsBackupEligible ? AuthenticationMethods.SoftwareKey : AuthenticationMethods.HardwareKey, Pending = pending,
            Trust = pending is { SessionId: null } ? trust : TrustDevice.No, // only a second factor can be spared
            TakeAsync = async (sql, stop) => await challenges.ConsumeAsync(sql, TokenKinds.PasskeyRequest, handle, stop) && await UseAsync(sql, context, userId, device?.Id, info, stop),
        };
        var result = await completion.CompleteAsync(context, proof, cancellationToken);
        return result is SignInResult.Failed ? await FailAsync(context, userId, cancellationToken) : result;
    }

    /// <summary>Whether the passkey that answered is anybody's: if not, it was removed here, and the browser may forget it.</summary>
    public async Task<bool> KnowsAsync(string credential, CancellationToken cancellationToken) =>
        PasskeyAnswer.ReadRequest(credential) is not { } answer || await ExistsAsync(answer.Id, cancellationToken);

    /// <summary>Gives it another name. False: there is none.</summary>
    public async Task<bool> RenameAsync(string userId, string id, string name, CancellationToken cancellationToken) =>
        Tidy(name) is { } tidy && IsId(id) && await database.WriteAsync((session, stop) =>
            session.ExecuteAsync("UPDATE passkeys SET name = $1 WHERE id = $2 AND user_id = $3", stop, tidy, id, userId), cancellationToken) == 1;

    /// <summary>Removes it. False: there is none.</summary>
    public Task<bool> RemoveAsync(HttpContext context, string userId, string id, CancellationToken cancellationToken) =>
        database.WriteAsync((session, stop) => RemoveAsync(session, context, userId, id, stop), cancellationToken);

    /// <summary>The same in the caller's transaction.</summary>
    internal async ValueTask<bool> RemoveAsync(SqlSession session, HttpContext context, string userId, string id, CancellationToken cancellationToken)
    {
        if (!IsId(id)) return false;
        var passkey = await PasskeyRows.FindAsync(session, id, cancellationToken);
        if (passkey is null || await session.ExecuteAsync("DELETE FROM passkeys WHERE id = $1 AND user_id = $2", cancellationToken, id, userId) == 0) return false;
        await BackupCodes.EndIfAloneAsync(session, userId, cancellationToken);
        await notices.AddAsync(session, userId, NoticeKind.PasskeyRemoved, context, passkey.Name, cancellationToken);
        await audit.WriteAsync(session, new AuditEntry(Log.PasskeyRemoved) { Actor = userId, UserId = userId, Detail = passkey.Aaguid }.From(context), cancellationToken);
        logger.LogPasskeyRemoved(userId);
        return true;
    }

    private async Task<PasskeyCeremony> BeginRequestAsync(HttpContext context, string? userId, CancellationToken cancellationToken)
    {
        var (options, state) = await verifier.BeginRequestAsync(userId, context);
        return new PasskeyCeremony(await challenges.CreateAsync(context, TokenKinds.PasskeyRequest, userId, state, cancellationToken), options);
    }

    // §7.2 step 22: a counter that does not go on is the sign of a copy. The person is told, and this use of the passkey does not count.
    private async ValueTask<bool> UseAsync(SqlSession session, HttpContext context, string userId, string? deviceId, UserPasskeyInfo used, CancellationToken cancellationToken)
    {
        var id = Base64Url.EncodeToString(used.CredentialId);
        var state = used.IsBackedUp ? PasskeyRows.BackupState.BackedUp : PasskeyRows.BackupState.OneDevice;
        if (await PasskeyRows.UseAsync(session, id, userId, deviceId, used.SignCount, state, time.GetUtcNow(), cancellationToken)) return true;
        if (await PasskeyRows.FindAsync(session, id, cancellationToken) is not { } passkey || passkey.SignCount < used.SignCount || (passkey.SignCount == 0 && used.SignCount == 0)) return false;
        logger.LogPasskeyCopied(userId);
        await notices.AddAsync(session, userId, NoticeKind.PasskeyCopied, context, passkey.Name, cancellationToken);
        await audit.WriteAsync(session, new AuditEntry(Log.PasskeyCopied) { UserId = userId, Detail = passkey.Aaguid }.From(context), cancellationToken);
        return false;
    }

    private async Task<SignInResult> FailAsync(HttpContext context, string? userId, CancellationToken cancellationToken)
    {
        logger.LogSignInFailed(context.Connection.RemoteIpAddress?.ToString() ?? "unknown");
        await audit.WriteAsync(new AuditEntry(Log.SignInFailed) { UserId = userId }.From(context), cancellationToken);
        return new SignInResult.Failed();
    }

    private PasskeyResult.Refused Refuse(string userId, string reason)
    {
        logger.LogPasskeyRefused(userId, reason);
        audit.CountRefusal(new AuditEntry(Log.PasskeyRefused) { Actor = userId, UserId = userId, Detail = $"{{\"reason\":\"{reason}\"}}" }); // one of a few words
        return new PasskeyResult.Refused(reason);
    }

    private async Task<bool> ExistsAsync(string id, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await PasskeyRows.FindAsync(session, id, cancellationToken) is not null;
    }

    private Passkey PasskeyOf(string userId, PasskeyAnswer answer, UserPasskeyInfo info, string format, string? name) => new()
    {
        Id = Base64Url.EncodeToString(info.CredentialId), UserId = userId, Name = Tidy(name) ?? AuthenticatorModels.NameOf(answer.Aaguid!) ?? "Passkey", PublicKey = Base64Url.EncodeToString(info.PublicKey),
        SignCount = info.SignCount, Transports = [.. (info.Transports ?? []).Where(IsTransport).Distinct().Take(8)], IsBackupEligible = info.IsBackupEligible, IsBackedUp = info.IsBackedUp,
        Aaguid = answer.Aaguid!, AttestationFormat = format, Created = time.GetUtcNow(),
    };

    // §5.8.4: values that are not known today are kept too, as long as they look like one.
    private static bool IsTransport(string transport) => transport.Length is > 0 and <= 32 && transport.All(c => char.IsAsciiLetterLower(c) || c == '-');

    private static bool IsId(string? id) => id is { Length: > 0 } && Base64Url.IsValid(id);

    private static string? Tidy(string? name)
    {
        var tidy = string.Concat((name ?? "").EnumerateRunes().Where(rune => !Rune.IsControl(rune)).Take(LongestName)).Trim();
        return tidy.Length == 0 ? null : tidy;
    }
}
