using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService;

/// <summary>What the person does to their own factors: each asks for a fresh and strong proof, and ends what a stranger might have open (MF-10, SE-03).</summary>
/// <remarks>
/// A factor that is removed ends all other sessions, all grants, and links and half-done things made before, and no browser is trusted any more; so does the first one that is added, save for what was
/// granted in this session. The own session goes on under a fresh cookie value. The notices are written by the factors' own rooms, with the change.
/// </remarks>
public sealed class FactorChanges(
    Database database, Accounts accounts, Authenticators authenticators, Passkeys passkeys, BackupCodes backupCodes, SecondFactorPolicy policy,
    Sessions sessions, OwnSessions ownSessions, SecurityChanges changes, Confirmation confirmation)
{
    private const string Removed = "factor removed";

    /// <summary>Removes an authenticator app.</summary>
    public Task<FactorChange> RemoveAuthenticatorAsync(HttpContext context, Session session, string id, CancellationToken cancellationToken) =>
        RemoveAsync(context, session, "SELECT id FROM authenticators WHERE id = $1 AND user_id = $2", id, (sql, stop) => authenticators.RemoveAsync(sql, context, session.UserId, id, stop), cancellationToken);

    /// <summary>Removes a passkey.</summary>
    public Task<FactorChange> RemovePasskeyAsync(HttpContext context, Session session, string id, CancellationToken cancellationToken) =>
        RemoveAsync(context, session, "SELECT id FROM passkeys WHERE id = $1 AND user_id = $2", id, (sql, stop) => passkeys.RemoveAsync(sql, context, session.UserId, id, stop), cancellationToken);

    /// <summary>Begins to add an authenticator app; null when the proof is too old.</summary>
    public async Task<AuthenticatorEnrolment?> BeginAuthenticatorAsync(HttpContext context, Session session, CancellationToken cancellationToken) =>
        await confirmation.IsConfirmedAsync(session, cancellationToken) ? await authenticators.BeginAsync(context, session.UserId, cancellationToken) : null;

    /// <summary>Adds it by its first code. Unknown: the code is wrong, or the enrolment has ended.</summary>
    public async Task<FactorChange> AddAuthenticatorAsync(HttpContext context, Session session, string handle, string code, string name, CancellationToken cancellationToken)
    {
        if (!await confirmation.IsConfirmedAsync(session, cancellationToken)) return FactorChange.NotConfirmed;
        if (!await authenticators.ProveAsync(context, session.UserId, handle, code, name, cancellationToken)) return FactorChange.Unknown;
        await AddedAsync(context, session, AuthenticationMethods.OneTimeCode, cancellationToken);
        return FactorChange.Done;
    }

    /// <summary>Adds a passkey; null when the proof is too old.</summary>
    public async Task<PasskeyResult?> AddPasskeyAsync(HttpContext context, Session session, string handle, string credential, string? name, CancellationToken cancellationToken)
    {
        if (!await confirmation.IsConfirmedAsync(session, cancellationToken)) return null;
        var result = await passkeys.AddAsync(context, session.UserId, handle, credential, name, cancellationToken);
        if (result is PasskeyResult.Added added) await AddedAsync(context, session, Passkeys.MethodOf(added.Passkey), cancellationToken);
        return result;
    }

    /// <summary>Makes a new set of backup codes, which ends the old one; null when the proof is too old. They stand in for a factor: empty when there is none.</summary>
    public Task<IReadOnlyList<string>?> MakeBackupCodesAsync(HttpContext context, Session session, CancellationToken cancellationToken) => MakeBackupCodesAsync(context, session, null, cancellationToken);

    /// <summary>The same in place of one set (<see cref="BackupCodes.SetAsync"/>); empty, too, when that is no longer the one there is.</summary>
    public async Task<IReadOnlyList<string>?> MakeBackupCodesAsync(HttpContext context, Session session, string? instead, CancellationToken cancellationToken)
    {
        if (!await confirmation.IsConfirmedAsync(session, cancellationToken)) return null;
        return (await ChoicesAsync(session.UserId, cancellationToken)).Any ? await backupCodes.MakeAsync(context, session.UserId, instead, cancellationToken) : [];
    }

    // Whoever came in by the password alone is put out, when it is the first. Who added it has proven both just now, as on the way in: they are not asked for it again to get their backup codes.
    private async Task AddedAsync(HttpContext context, Session session, string method, CancellationToken cancellationToken)
    {
        var choices = await ChoicesAsync(session.UserId, cancellationToken);
        if (choices.Passkeys + choices.Authenticators == 1) await ownSessions.EndOthersAsync(context, session, cancellationToken);
        if (AuthenticationLevels.Meets(session.Acr, AuthenticationLevels.TwoFactors)) await sessions.RenewAsync(context, cancellationToken);
        else await sessions.RenewAsync(context, method, cancellationToken);
    }

    // One transaction: nothing that the factor protected lives on because the server stopped halfway, and of two removals at once the second sees the first.
    private async Task<FactorChange> RemoveAsync(HttpContext context, Session session, string find, string id, Func<SqlSession, CancellationToken, ValueTask<bool>> remove, CancellationToken cancellationToken)
    {
        if (!await confirmation.IsConfirmedAsync(session, cancellationToken)) return FactorChange.NotConfirmed;
        var mustHaveOne = await accounts.FindAsync(session.UserId, cancellationToken) is { } account && await policy.IsRequiredAsync(account);
        var result = await database.WriteAsync(async (sql, stop) =>
        {
            await PersonRows.HoldAsync(sql, session.UserId, stop);
            if (await sql.FirstAsync(find, row => row.GetString(0), stop, id, session.UserId) is null) return FactorChange.Unknown;
            var choices = await FactorChoices.ReadAsync(sql, session.UserId, stop);
            if (mustHaveOne && choices.Passkeys + choices.Authenticators == 1) return FactorChange.LastOne;
            if (!await remove(sql, stop)) return FactorChange.Unknown;
            await changes.EndAsync(sql, session.UserId, Removed, session.Id, stop);
            return FactorChange.Done;
        }, cancellationToken);
        if (result != FactorChange.Done) return result;
        changes.Committed(session.UserId, Removed);
        await sessions.RenewAsync(context, cancellationToken);
        return result;
    }

    private async ValueTask<FactorChoices> ChoicesAsync(string userId, CancellationToken cancellationToken)
    {
        await using var sql = await database.ReadAsync(cancellationToken);
        return await FactorChoices.ReadAsync(sql, userId, cancellationToken);
    }
}
