using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService;

/// <summary>What the person does to their own factors: each asks for a fresh and strong proof, and ends what a stranger might have open (MF-10, SE-03).</summary>
/// <remarks>
/// A factor that is removed ends all other sessions and all grants, and no browser is trusted any more; so does the first one that is added, save for what was
/// granted in this session. The own session goes on under a fresh cookie value. The notices are written by the factors' own rooms, with the change.
/// </remarks>
public sealed class FactorChanges(
    Database database, Accounts accounts, Authenticators authenticators, Passkeys passkeys, BackupCodes backupCodes, SecondFactorPolicy policy, Devices devices,
    Sessions sessions, OwnSessions ownSessions, TokenRevoker revoker, Confirmation confirmation)
{
    /// <summary>Removes an authenticator app.</summary>
    public Task<FactorChange> RemoveAuthenticatorAsync(HttpContext context, Session session, string id, CancellationToken cancellationToken) =>
        RemoveAsync(context, session, "SELECT id FROM authenticators WHERE id = $1 AND user_id = $2", id, () => authenticators.RemoveAsync(context, session.UserId, id, cancellationToken), cancellationToken);

    /// <summary>Removes a passkey.</summary>
    public Task<FactorChange> RemovePasskeyAsync(HttpContext context, Session session, string id, CancellationToken cancellationToken) =>
        RemoveAsync(context, session, "SELECT id FROM passkeys WHERE id = $1 AND user_id = $2", id, () => passkeys.RemoveAsync(context, session.UserId, id, cancellationToken), cancellationToken);

    /// <summary>Begins to add an authenticator app; null when the proof is too old.</summary>
    public async Task<AuthenticatorEnrolment?> BeginAuthenticatorAsync(HttpContext context, Session session, CancellationToken cancellationToken) =>
        await confirmation.IsConfirmedAsync(session, cancellationToken) ? await authenticators.BeginAsync(context, session.UserId, cancellationToken) : null;

    /// <summary>Adds it by its first code. Unknown: the code is wrong, or the enrolment has ended.</summary>
    public async Task<FactorChange> AddAuthenticatorAsync(HttpContext context, Session session, string handle, string code, string name, CancellationToken cancellationToken)
    {
        if (!await confirmation.IsConfirmedAsync(session, cancellationToken)) return FactorChange.NotConfirmed;
        if (!await authenticators.ProveAsync(context, session.UserId, handle, code, name, cancellationToken)) return FactorChange.Unknown;
        await AddedAsync(context, session, cancellationToken);
        return FactorChange.Done;
    }

    /// <summary>Adds a passkey; null when the proof is too old.</summary>
    public async Task<PasskeyResult?> AddPasskeyAsync(HttpContext context, Session session, string handle, string credential, string? name, CancellationToken cancellationToken)
    {
        if (!await confirmation.IsConfirmedAsync(session, cancellationToken)) return null;
        var result = await passkeys.AddAsync(context, session.UserId, handle, credential, name, cancellationToken);
        if (result is PasskeyResult.Added) await AddedAsync(context, session, cancellationToken);
        return result;
    }

    /// <summary>Makes a new set of backup codes, which ends the old one; null when the proof is too old. They stand in for a factor: empty when there is none.</summary>
    public async Task<IReadOnlyList<string>?> MakeBackupCodesAsync(HttpContext context, Session session, CancellationToken cancellationToken)
    {
        if (!await confirmation.IsConfirmedAsync(session, cancellationToken)) return null;
        return (await ChoicesAsync(session.UserId, cancellationToken)).Any ? await backupCodes.MakeAsync(context, session.UserId, cancellationToken) : [];
    }

    /// <summary>After a factor was added: whoever came in by the password alone is put out, when it is the first.</summary>
    public async Task AddedAsync(HttpContext context, Session session, CancellationToken cancellationToken)
    {
        var choices = await ChoicesAsync(session.UserId, cancellationToken);
        if (choices.Passkeys + choices.Authenticators == 1) await ownSessions.EndOthersAsync(context, session, cancellationToken);
        await sessions.RenewAsync(context, cancellationToken);
    }

    private async Task<FactorChange> RemoveAsync(HttpContext context, Session session, string find, string id, Func<Task<bool>> remove, CancellationToken cancellationToken)
    {
        if (!await confirmation.IsConfirmedAsync(session, cancellationToken)) return FactorChange.NotConfirmed;
        await using (var sql = await database.ReadAsync(cancellationToken))
        {
            if (await sql.FirstAsync(find, row => row.GetString(0), cancellationToken, id, session.UserId) is null) return FactorChange.Unknown;
        }

        var choices = await ChoicesAsync(session.UserId, cancellationToken);
        if (choices.Passkeys + choices.Authenticators == 1 && await accounts.FindAsync(session.UserId, cancellationToken) is { } account && await policy.IsRequiredAsync(account)) return FactorChange.LastOne;
        if (!await remove()) return FactorChange.Unknown;
        await devices.DistrustAsync(session.UserId, null, cancellationToken);
        await revoker.EndUserAsync(session.UserId, "factor removed", session.Id, cancellationToken);
        await sessions.RenewAsync(context, cancellationToken);
        return FactorChange.Done;
    }

    private async ValueTask<FactorChoices> ChoicesAsync(string userId, CancellationToken cancellationToken)
    {
        await using var sql = await database.ReadAsync(cancellationToken);
        return await FactorChoices.ReadAsync(sql, userId, cancellationToken);
    }
}
