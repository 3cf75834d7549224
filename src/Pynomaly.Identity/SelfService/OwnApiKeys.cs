using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService;

/// <summary>The person's own API keys, for their scripts: never wider than what they hold, and nothing over this server, whatever they hold.</summary>
/// <remarks>
/// To make or rotate one asks for a fresh and strong proof; to revoke one asks for none, since that only ends something. A new password leaves keys alone, as they do not
/// know it; the panic button (<see cref="SecureAccount"/>) revokes all, and "this was not me" those that were made since the notice.
/// </remarks>
public sealed class OwnApiKeys(Database database, Catalogue catalogue, Accounts accounts, ApiKeyStore store, Confirmation confirmation, ServerOptions options, TimeProvider time)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    /// <summary>False: people make no keys here.</summary>
    public bool IsOn => options.ApiKeys.Personal;

    /// <summary>The living ones, newest first, and after them those that ended within the last month.</summary>
    public async Task<IReadOnlyList<ApiKeySummary>> ListAsync(string userId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var sql = await database.ReadAsync(cancellationToken);
        var keys = await sql.ListAsync($"{ApiKeyStore.SummarySql} k.user_id = $1 AND (k.revoked IS NULL OR k.revoked > $2) AND (k.expires IS NULL OR k.expires > $2) ORDER BY k.created DESC, k.id",
            ApiKeyStore.Read, cancellationToken, userId, now - Remembered);
        return [.. keys.OrderByDescending(key => key.StateAt(now) == "active")];
    }

    /// <summary>What the person can give a key.</summary>
    public async Task<IReadOnlyList<Permission>> PermissionsAsync(Account account)
    {
        var snapshot = await catalogue.CurrentAsync();
        var patterns = snapshot.PatternsOf(account.Roles).ToList();
        return [.. snapshot.Permissions.Where(permission => PermissionPattern.AnyMatches(patterns, permission.Name) && !ManagementPermissions.Contains(permission.Name))];
    }

    /// <summary>Whether an application may handle a key with these permissions for the person: what it could not ask for itself, it gets by no key either.</summary>
    public async ValueTask<bool> IsWithinAsync(Application client, IReadOnlyCollection<string> permissions)
    {
        var snapshot = await catalogue.CurrentAsync();
        var scopes = client.Metadata.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(snapshot.FindScope).OfType<Scope>().ToList();
        return snapshot.Permissions.Where(permission => PermissionPattern.AnyMatches(permissions, permission.Name) && !ManagementPermissions.Contains(permission.Name)) // which no key of a person carries
            .All(permission => scopes.Exists(scope => scope.Covers(permission)) && (client.Metadata.Permissions is null || PermissionPattern.AnyMatches(client.Metadata.Permissions, permission.Name)));
    }

    /// <summary>One of the person's; null when there is none of this id.</summary>
    public async Task<ApiKeySummary?> FindAsync(string userId, string id, CancellationToken cancellationToken)
    {
        await using var sql = await database.ReadAsync(cancellationToken);
        return await ApiKeyStore.FindAsync(sql, id, cancellationToken) is { } key && key.UserId == userId ? key : null;
    }

    /// <summary>Makes one.</summary>
    public async Task<OwnApiKeyResult> CreateAsync(HttpContext context, Session session, ApiKeyDraft draft, CancellationToken cancellationToken)
    {
        if (!IsOn || await accounts.FindAsync(session.UserId, cancellationToken) is not { IsDisabled: false } account) return new OwnApiKeyResult.Unknown();
        if (!await confirmation.IsConfirmedAsync(session, cancellationToken)) return new OwnApiKeyResult.NotConfirmed();
        var snapshot = await catalogue.CurrentAsync();
        var holder = new KeyHolder(account.Id, true, [.. snapshot.PatternsOf(account.Roles)]);
        if (ApiKeyRules.Examine(draft, holder, snapshot, options.ApiKeys) is { Count: > 0 } problems) return new OwnApiKeyResult.Refused(problems);
        return await database.WriteAsync<OwnApiKeyResult>(async (sql, stop) =>
            await store.AddAsync(sql, draft, account.Id, null, By(context, session), context, stop) is { } key
                ? new OwnApiKeyResult.Made(new MadeApiKey((await ApiKeyStore.FindAsync(sql, Clients.ApiKeyText.IdOf(key)!, stop))!, key))
                : new OwnApiKeyResult.Full(options.ApiKeys.PerOwner), cancellationToken);
    }

    /// <summary>Gives one a new secret; the old one goes on for the overlap.</summary>
    public async Task<OwnApiKeyResult> RotateAsync(HttpContext context, Session session, string id, TimeSpan overlap, CancellationToken cancellationToken)
    {
        if (!await confirmation.IsConfirmedAsync(session, cancellationToken)) return new OwnApiKeyResult.NotConfirmed();
        if (overlap < TimeSpan.Zero || overlap > ApiKeyRules.LongestOverlap)
            return new OwnApiKeyResult.Refused([new("overlap_seconds", "out_of_range", $"The old key goes on for {ApiKeyRules.LongestOverlap.TotalDays:0} days at most")]);
        return await database.WriteAsync<OwnApiKeyResult>(async (sql, stop) =>
        {
            if (!sql.IsSqlite) await sql.ExecuteAsync("SELECT 1 FROM api_keys WHERE id = $1 FOR UPDATE", stop, id);
            if (await ApiKeyStore.FindAsync(sql, id, stop) is not { } key || key.UserId != session.UserId || !IsOn) return new OwnApiKeyResult.Unknown(); // somebody else's is unknown (AD-06)
            return await store.RotateAsync(sql, key, overlap, By(context, session), context, stop) is { } made
                ? new OwnApiKeyResult.Made(new MadeApiKey((await ApiKeyStore.FindAsync(sql, id, stop))!, made))
                : new OwnApiKeyResult.Unknown();
        }, cancellationToken);
    }

    /// <summary>Ends one for good, with every token that was made with it. False: there is none of this id, or it is somebody else's.</summary>
    public async Task<bool> RevokeAsync(HttpContext context, Session session, string id, CancellationToken cancellationToken)
    {
        var found = await database.WriteAsync(async (sql, stop) =>
        {
            if (await sql.FirstAsync("SELECT user_id FROM api_keys WHERE id = $1", row => row.Text(0), stop, id) != session.UserId) return false;
            await store.RevokeAsync(sql, id, "owner", By(context, session), stop);
            return true;
        }, cancellationToken);
        if (found) store.Committed();
        return found;
    }

    private static AuditEntry By(HttpContext context, Session session) => new AuditEntry(default(Microsoft.Extensions.Logging.EventId)) { Actor = session.UserId, SessionId = session.Id.Length == 0 ? null : session.Id }.From(context);
}
