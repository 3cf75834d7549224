using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Tokens;

/// <summary>Ends things: a grant, a session, all of a user, all of a client, one token. What lives of their access tokens goes on the revocation list in the same transaction.</summary>
/// <remarks>When a call returns, the end is durable and this node obeys it; other nodes do within a second.</remarks>
public sealed class TokenRevoker(
    Database database, RevocationList list, GrantTokens tokens, AuditTrail audit, ChangeFeed feed, ServerOptions options, TimeProvider time, ILogger<TokenRevoker> logger) : ISessionEnd
{
    // For what other nodes have under way: they know within a second.
    internal static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    // An access token lives an hour at most; clocks differ by a minute.
    internal static readonly TimeSpan LongestLife = TimeSpan.FromHours(1) + TimeSpan.FromMinutes(2);

    // By which the clocks of two nodes differ at most.
    internal static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    private static readonly AuditEntry Nobody = new(default(EventId));
    private readonly LivingGrants _grants = new(tokens, options);

    private delegate ValueTask Also(SqlSession session, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Ends a grant, for example when its code is used twice.</summary>
    public Task EndAuthorizationAsync(string authorizationId, string reason, CancellationToken cancellationToken) => EndAuthorizationAsync(authorizationId, reason, Nobody, cancellationToken);

    /// <summary>The same in the name of whoever is entered, for example a client that revokes its refresh token.</summary>
    internal async Task EndAuthorizationAsync(string authorizationId, string reason, AuditEntry by, CancellationToken cancellationToken)
    {
        await EndAsync("id = $1", by with { Event = Log.AuthorizationEnded, Detail = Reason(reason, "authorization_id", authorizationId) }, reason, null, cancellationToken, authorizationId);
        logger.LogAuthorizationEnded(authorizationId, reason);
    }

    /// <summary>Ends a session at logout: with it the grants that were made in it without offline access (OpenID Connect Core §11).</summary>
    public Task EndSessionAsync(string sessionId, string reason, CancellationToken cancellationToken) => EndSessionAsync(sessionId, reason, Nobody, cancellationToken);

    /// <summary>The same in the name of whoever is entered.</summary>
    internal async Task EndSessionAsync(string sessionId, string reason, AuditEntry by, CancellationToken cancellationToken)
    {
        await database.WriteAsync(async (session, stop) =>
        {
            await EndSessionAsync(session, sessionId, reason, by, stop);
            return true;
        }, cancellationToken);
        SessionEnded(sessionId, reason);
    }

    /// <inheritdoc />
    ValueTask ISessionEnd.EndAsync(SqlSession session, string sessionId, string reason, CancellationToken cancellationToken) =>
        EndSessionAsync(session, sessionId, reason, new AuditEntry(default(EventId)) { Initiator = "user" }, cancellationToken); // somebody sits at the browser, though not its person

    /// <inheritdoc />
    void ISessionEnd.Ended(string sessionId, string reason) => SessionEnded(sessionId, reason);

    /// <summary>Ends all sessions and grants of a person, and the tokens of their API keys: disabled, deleted, secured. The session that is excepted keeps its row; its grants end too.</summary>
    /// <remarks>The keys themselves stay: they open nothing while their owner is disabled or leaving, and whoever means to end them revokes them.</remarks>
    public Task EndUserAsync(string userId, string reason, string? exceptSessionId, CancellationToken cancellationToken) => EndUserAsync(userId, reason, exceptSessionId, Nobody, cancellationToken);

    /// <summary>The same in the name of whoever is entered.</summary>
    internal async Task EndUserAsync(string userId, string reason, string? exceptSessionId, AuditEntry by, CancellationToken cancellationToken)
    {
        await database.WriteAsync(async (session, stop) =>
        {
            await EndUserAsync(session, userId, reason, exceptSessionId, by, withKeys: true, stop);
            return true;
        }, cancellationToken);
        UserEnded(userId, reason);
    }

    /// <summary>Ends sessions and grants in the caller's transaction, so that a change of password and what it ends are one. Keys do not know the password: theirs go on. <see cref="UserEnded"/> follows the commit.</summary>
    internal ValueTask EndUserAsync(SqlSession session, string userId, string reason, string? exceptSessionId, AuditEntry by, CancellationToken cancellationToken) =>
        EndUserAsync(session, userId, reason, exceptSessionId, by, withKeys: false, cancellationToken);

    /// <summary>The same with the tokens of the person's API keys: an operator's act. Whoever disables or deletes has done so in the row before, so that exchanges under way on other nodes are caught too.</summary>
    internal ValueTask EndUserWithKeysAsync(SqlSession session, string userId, string reason, AuditEntry by, CancellationToken cancellationToken) =>
        EndUserAsync(session, userId, reason, null, by, withKeys: true, cancellationToken);

    /// <summary>Makes this node obey what the caller's transaction has ended.</summary>
    internal void UserEnded(string userId, string reason)
    {
        list.Load();
        logger.LogUserEnded(userId, reason);
    }

    /// <summary>Ends the access tokens that live of a person's grants and API keys, in the caller's transaction. Sessions and refresh tokens go on: the next tokens carry what the person may do then. <see cref="TokensEnded"/> follows the commit.</summary>
    internal async ValueTask EndAccessTokensAsync(SqlSession session, string userId, CancellationToken cancellationToken)
    {
        await ClientCutOffs.EnterKeysAsync(session, "k.user_id = $1", userId, time.GetUtcNow(), time.GetUtcNow(), cancellationToken);
        await _grants.EndAccessTokensAsync(session, "user_id = $1", time.GetUtcNow(), cancellationToken, userId);
    }

    /// <summary>The same for everybody who has a role, so many grants after an id, the API keys with the first of them. Answers the last id; null: there are no more.</summary>
    public async Task<string?> EndAccessTokensOfRoleAsync(string roleId, string after, CancellationToken cancellationToken)
    {
        var last = await database.WriteAsync(async (session, stop) =>
        {
            if (after.Length == 0) await ClientCutOffs.EnterKeysAsync(session, "k.user_id IN (SELECT ur.user_id FROM user_roles ur WHERE ur.role_id = $1)", roleId, time.GetUtcNow(), time.GetUtcNow(), stop);
            var now = time.GetUtcNow();
            return await _grants.EndAccessTokensAsync(session, $"user_id IN (SELECT ur.user_id FROM user_roles ur WHERE ur.role_id = $1) AND last_used > $2 AND id > $3 ORDER BY id LIMIT {LivingGrants.Batch}", now, stop,
                roleId, now - LongestLife, after);
        }, cancellationToken);
        list.Load();
        return last;
    }

    /// <summary>Makes this node obey what the caller's transaction has put on the list.</summary>
    internal void TokensEnded() => list.Load();

    /// <summary>Ends what a person granted a client, and forgets the consent.</summary>
    public async Task EndConsentAsync(string userId, string clientId, string reason, CancellationToken cancellationToken)
    {
        await database.WriteAsync(async (session, stop) =>
        {
            await EndConsentAsync(session, userId, clientId, reason, Nobody, stop);
            return true;
        }, cancellationToken);
        list.Load();
        logger.LogConsentEnded(userId, clientId, reason);
    }

    /// <summary>Ends what a person granted a client, and forgets the consent, in the caller's transaction. <see cref="Committed"/> follows the commit.</summary>
    internal ValueTask EndConsentAsync(SqlSession session, string userId, string clientId, string reason, AuditEntry by, CancellationToken cancellationToken) =>
        EndAsync(session, "user_id = $1 AND client_id = $2", by with { Event = Log.ConsentEnded, UserId = userId, ClientId = clientId, Detail = Reason(reason) }, reason,
            async (open, now, stop) =>
            {
                await HoldCodesAsync(open, "user_id = $1 AND client_id = $2", stop, userId, clientId);
                await open.ExecuteAsync("UPDATE tokens SET consumed = $1 WHERE kind = 'code' AND user_id = $2 AND client_id = $3 AND consumed IS NULL", stop, now, userId, clientId);
                await open.ExecuteAsync("DELETE FROM consents WHERE user_id = $1 AND client_id = $2", stop, userId, clientId);
            }, cancellationToken, userId, clientId);

    /// <summary>Ends all grants, codes and tokens of a client issued until now, in the caller's transaction and in the name of whoever is entered: its grants' jtis, and a cut-off for tokens that have no row. <see cref="Committed"/> follows the commit.</summary>
    internal ValueTask EndApplicationAsync(SqlSession session, string clientId, string reason, TimeSpan margin, bool isDeleted, AuditEntry by, CancellationToken cancellationToken) =>
        EndApplicationAsync(session, clientId, reason, margin, isDeleted, DateTimeOffset.UnixEpoch, by, cancellationToken);

    /// <summary>The same for a client that may have very many grants. Then they are not ended yet, though its tokens are.</summary>
    /// <returns>True: <see cref="EndGrantsAsync"/> is to follow the commit.</returns>
    internal async ValueTask<bool> StopApplicationAsync(SqlSession session, string clientId, string reason, TimeSpan margin, AuditEntry by, CancellationToken cancellationToken)
    {
        var areMany = await LivingGrants.AreManyAsync(session, clientId, cancellationToken); // before the turn on the list
        await EndApplicationAsync(session, clientId, reason, margin, isDeleted: false, areMany ? null : DateTimeOffset.UnixEpoch, by, cancellationToken);
        return areMany;
    }

    /// <summary>Ends the grants that <see cref="StopApplicationAsync"/> left, in parts (<see cref="ManyGrants"/>). Nobody's haste stops it: the end was entered.</summary>
    internal async Task EndGrantsAsync(string clientId, string reason)
    {
        await new ManyGrants(database, _grants, time).EndAsync(clientId, reason);
        Committed();
    }

    /// <summary>Makes this node obey what the caller's transaction has ended.</summary>
    internal void ApplicationEnded(string clientId, string reason)
    {
        Committed();
        logger.LogApplicationEnded(clientId, reason);
    }

    /// <summary>Ends what a stopped client got while its grants ended, in the caller's transaction: only what was made since it was stopped is looked at. <see cref="Committed"/> follows the commit.</summary>
    internal ValueTask FinishApplicationAsync(SqlSession session, string clientId, string reason, bool isDeleted, DateTimeOffset stopped, CancellationToken cancellationToken) =>
        EndApplicationAsync(session, clientId, reason, Margin, isDeleted, stopped - Skew, null, cancellationToken);

    private async ValueTask EndApplicationAsync(SqlSession session, string clientId, string reason, TimeSpan margin, bool isDeleted, DateTimeOffset? grantsSince, AuditEntry? by, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await PersonRows.HoldCodesOfClientsAsync(session, [clientId], now - Skew, cancellationToken);
        await session.ExecuteAsync("UPDATE tokens SET consumed = $1 WHERE kind = 'code' AND client_id = $2 AND consumed IS NULL AND expires > $3", cancellationToken, now, clientId, now - Skew);
        if (grantsSince is { } since) await _grants.EndAsync(session, "client_id = $1 AND created >= $2", reason, now, cancellationToken, clientId, since);
        if (by is not null) await audit.WriteAsync(session, by with { Event = Log.ApplicationEnded, ClientId = clientId, Detail = Reason(reason) }, cancellationToken);
        await ClientCutOffs.EnterAsync(session, clientId, margin, isDeleted, time, cancellationToken);
    }

    /// <summary>Ends a grant in the caller's transaction. <see cref="Committed"/> follows the commit.</summary>
    internal ValueTask EndAuthorizationAsync(SqlSession session, string authorizationId, string reason, AuditEntry by, CancellationToken cancellationToken) =>
        EndAsync(session, "id = $1", by with { Event = Log.AuthorizationEnded, Detail = Reason(reason, "authorization_id", authorizationId) }, reason, null, cancellationToken, authorizationId);

    /// <summary>Ends a session and every grant made in it, offline access or not, in the caller's transaction: an administrator's or the owner's act. <see cref="Committed"/> follows the commit.</summary>
    internal ValueTask EndSessionAndGrantsAsync(SqlSession session, string sessionId, string reason, AuditEntry by, CancellationToken cancellationToken) =>
        EndAsync(session, "session_id = $1", by with { Event = Log.SessionEnded, SessionId = sessionId, Detail = Reason(reason) }, reason, EndSessionRow(sessionId), cancellationToken, sessionId);

    /// <summary>The same for several. All of them are held before the first grant is: a redemption holds its session while it waits for its place on the list.</summary>
    internal async ValueTask EndSessionsAndGrantsAsync(SqlSession session, IReadOnlyList<string> sessionIds, string reason, AuditEntry by, CancellationToken cancellationToken)
    {
        foreach (var id in sessionIds) await EndSessionRow(id)(session, time.GetUtcNow(), cancellationToken);
        foreach (var id in sessionIds) await EndSessionAndGrantsAsync(session, id, reason, by, cancellationToken);
    }

    /// <summary>Puts one token on the list in the caller's transaction. <see cref="Committed"/> follows the commit.</summary>
    internal async ValueTask RevokeJtiAsync(SqlSession session, string jti, DateTimeOffset expires, AuditEntry by, CancellationToken cancellationToken)
    {
        await RevocationList.OrderAsync(session, cancellationToken);
        await RevocationList.AddAsync(session, jti, expires, time.GetUtcNow(), cancellationToken);
        await audit.WriteAsync(session, by with { Event = Log.TokenRevoked, Detail = $"{{\"jti\":\"{jti}\"}}" }, cancellationToken);
    }

    /// <summary>Makes this node obey what the caller's transaction has ended.</summary>
    internal void Committed()
    {
        list.Load();
        feed.Look();
    }

    /// <summary>Puts one token on the list.</summary>
    public async Task RevokeJtiAsync(string jti, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        await database.WriteAsync(async (session, stop) =>
        {
            await RevokeJtiAsync(session, jti, expires, Nobody, stop);
            return true;
        }, cancellationToken);
        list.Load();
        logger.LogTokenRevoked(jti);
    }

    /// <summary>Puts a cut-off for a signing key on the list. It reaches into the future: whoever stole the key writes any iat.</summary>
    public Task RevokeKeyAsync(string kid, CancellationToken cancellationToken) => RevokeKeyAsync(kid, Nobody, cancellationToken);

    /// <summary>The same in the name of whoever is entered.</summary>
    public async Task RevokeKeyAsync(string kid, AuditEntry by, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await database.WriteAsync(async (session, stop) =>
        {
            await RevocationList.AddCutOffAsync(session.Patient(), "kid", kid, now + LongestLife, now + LongestLife, now, stop); // whoever has the turn may be ending very much
            await audit.WriteAsync(session, by with { Event = Log.KeyRevoked, Detail = $"{{\"kid\":\"{kid}\"}}" }, stop);
            return true;
        }, cancellationToken);
        Committed();
        logger.LogKeyRevoked(kid);
    }

    private ValueTask EndSessionAsync(SqlSession session, string sessionId, string reason, AuditEntry by, CancellationToken cancellationToken) =>
        EndAsync(session, "session_id = $1 AND NOT is_offline", by with { Event = Log.SessionEnded, SessionId = sessionId, Detail = Reason(reason) }, reason,
            EndSessionRow(sessionId), cancellationToken, sessionId);

    private void SessionEnded(string sessionId, string reason)
    {
        list.Load();
        logger.LogSessionEnded(sessionId, reason);
    }

    private static Also EndSessionRow(string sessionId) => async (session, now, stop) =>
        await session.ExecuteAsync("UPDATE sessions SET ended = $1 WHERE id = $2 AND ended IS NULL", stop, now, sessionId);

    // The session that is kept is not told as ended: which ones are, and of which clients something ends, is told instead.
    private async ValueTask EndUserAsync(SqlSession session, string userId, string reason, string? keptSessionId, AuditEntry by, bool withKeys, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!session.IsSqlite) await session.ExecuteAsync("SELECT 1 FROM sessions WHERE user_id = $1 AND ended IS NULL ORDER BY id COLLATE \"C\" FOR UPDATE", cancellationToken, userId);
        var ended = await session.ListAsync("UPDATE sessions SET ended = $1 WHERE user_id = $2 AND id <> $3 AND ended IS NULL RETURNING id", row => row.GetString(0), cancellationToken,
            now, userId, keptSessionId ?? string.Empty);
        if (withKeys) await ClientCutOffs.EnterKeysAsync(session, "k.user_id = $1", userId, now, now, cancellationToken);
        var clients = await _grants.EndAsync(session, "user_id = $1", reason, now, cancellationToken, userId);
        await audit.WriteAsync(session, by with
        {
            Event = Log.UserEnded, UserId = userId, Detail = Reason(reason),
            Ended = keptSessionId is null ? null : [.. ended.Select(id => ((string?)id, (string?)null)), .. clients.Select(client => ((string?)null, (string?)client))],
        }, cancellationToken);
    }

    private static async ValueTask HoldCodesAsync(SqlSession session, string which, CancellationToken cancellationToken, params object[] values)
    {
        if (!session.IsSqlite) await session.ExecuteAsync($"SELECT 1 FROM tokens WHERE kind = 'code' AND consumed IS NULL AND {which} ORDER BY id COLLATE \"C\" FOR UPDATE", cancellationToken, values);
    }

    private async Task EndAsync(string which, AuditEntry entry, string reason, Also? also, CancellationToken cancellationToken, params string[] values)
    {
        await database.WriteAsync(async (session, stop) =>
        {
            await EndAsync(session, which, entry, reason, also, stop, values);
            return true;
        }, cancellationToken);
        list.Load();
    }

    private async ValueTask EndAsync(SqlSession session, string which, AuditEntry entry, string reason, Also? also, CancellationToken cancellationToken, params string[] values)
    {
        var now = time.GetUtcNow();

        // Sessions first: a redemption that is under way holds its session until its grant can be seen below.
        if (also is not null) await also(session, now, cancellationToken);
        await _grants.EndAsync(session, which, reason, now, cancellationToken, values);
        await audit.WriteAsync(session, entry, cancellationToken);
    }

    private static string Reason(string reason, string? name = null, string? value = null) =>
        name is null ? $"{{\"reason\":\"{reason}\"}}" : $"{{\"reason\":\"{reason}\",\"{name}\":\"{value}\"}}";
}
