using System.Globalization;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Administration;

/// <summary>The revocation list: seen, and added to by an operator. What is on it stays until the tokens that it speaks of have expired.</summary>
public sealed class RevocationAdministration(Database database, KeyRing keys, GrantTokens grantTokens, TokenRevoker revoker, RevocationList list, RevocationFollowers followers, RevocationDelays delays, Cursors cursors, ServerOptions options, TimeProvider time)
{
    // No access token lives longer than the hour that the settings and clients allow.
    private static readonly TimeSpan LongestToken = TimeSpan.FromHours(1) + TimeSpan.FromMinutes(2);

    private const string RolesOfPeopleSql = """
        SELECT r.permissions FROM roles r WHERE EXISTS (
            SELECT 1 FROM user_roles ur JOIN authorizations a ON a.user_id = ur.user_id WHERE ur.role_id = r.id AND a.client_id = $1 AND a.ended IS NULL AND a.expires > $2)
        """;

    private static readonly string[] Kinds = ["jti", "client_id", "kid"];

    /// <summary>A part of the list, the newest first; of one kind, or of all.</summary>
    /// <exception cref="AdministrationException">Forbidden; invalid: the kind or the cursor.</exception>
    public async Task<Page<RevocationSummary>> ListAsync(Operator who, string? kind, string? after, int limit, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewSessions);
        if (kind is not null && !Kinds.Contains(kind)) throw AdministrationException.Invalid("kind", "unknown", $"Write one of {string.Join(", ", Kinds)}");
        var query = new Conditions();
        query.Add("+r.expires > ?", time.GetUtcNow());
        if (kind is not null) query.Add(kind == "jti" ? "r.kind || '' = ?" : "r.kind = ?", kind); // nearly all are of jtis: they are met on the walk, the others are led to by their index
        var name = $"revocations\n{kind}";
        if (cursors.Read(name, after) is [var sequence]) query.Add("r.sequence < ?", long.Parse(sequence, CultureInfo.InvariantCulture));
        await using var sql = await database.ReadAsync(cancellationToken);
        var items = await sql.ListAsync($"SELECT r.sequence, r.kind, r.subject, r.issued_before, r.expires, r.created FROM revocations r WHERE {query} ORDER BY r.sequence DESC LIMIT {limit + 1}",
            row => new RevocationSummary(row.GetInt64(0), row.GetString(1), row.GetString(2), row.OptionalTime(3), row.Time(4), row.Time(5)), cancellationToken, query.Values);
        return cursors.Page(name, items, limit, entry => [entry.Sequence.ToString(CultureInfo.InvariantCulture)]);
    }

    /// <summary>How this node stands: what it holds, who waits for more, and how long they waited.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public RevocationStatus Look(Operator who)
    {
        who.Require(ManagementPermissions.ViewSessions);
        return new RevocationStatus(list.Sequence, list.Count, list.Bytes, followers.Count, delays.Look());
    }

    /// <summary>Ends a token: an access token or a refresh token as it is, or an access token by its jti, which does not say whose it is.</summary>
    /// <exception cref="AdministrationException">Forbidden, also where it is, or may be, of who may do more; invalid: it is neither, not of this server, or dead.</exception>
    public async Task<RevokedToken> RevokeAsync(Operator who, string tokenOrJti, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ManageSessions);
        var text = tokenOrJti.Trim();
        if (RevocationList.IsJti(text))
        {
            if (!EndsAnything(who)) throw AdministrationException.Forbidden("jti_alone", $"A jti does not say whose token it ends. Give the token itself, or end the grant; by its jti alone {ManagementPermissions.ManageKeys} ends one");
            return await EndTokenAsync(who, new RevokedToken("access_token", text, null, null), null, time.GetUtcNow() + LongestToken, cancellationToken);
        }

        if (JwtAccessToken.Read(text, options.Issuer, keys, out _) is { } token)
        {
            var dead = token.Expires + options.Lifetimes.ClockSkew; // it is accepted until then
            if (dead <= time.GetUtcNow()) throw AdministrationException.Invalid("token", "expired", $"The token has expired by itself");
            return await EndTokenAsync(who, new RevokedToken("access_token", token.Jti, token.ClientId, token.AuthorizationId is null ? null : token.Subject), token.Subject, dead, cancellationToken);
        }

        if (grantTokens.ReadRefreshToken(text) is not var (id, _)) throw AdministrationException.Invalid("token", "unknown", $"This is neither a token of this server nor a jti");
        var ended = await database.WriteAsync(async (sql, stop) =>
        {
            var (userId, clientId) = await sql.FirstAsync("SELECT user_id, client_id FROM authorizations WHERE id = $1", row => (row.GetString(0), row.GetString(1)), stop, id);
            if (userId is null) throw AdministrationException.Invalid("token", "gone", $"The grant that the token is of is gone");
            await TouchedAccount.RequireAsync(sql, who, userId, null, stop);
            await revoker.EndAuthorizationAsync(sql, id, "revoked by an operator", who.Entry(default) with { UserId = userId, ClientId = clientId }, stop);
            return new RevokedToken("refresh_token", id, clientId, userId);
        }, cancellationToken);
        revoker.Committed();
        return ended;
    }

    /// <summary>Ends all grants and tokens of a client issued until now; new ones can be got at once.</summary>
    /// <exception cref="AdministrationException">Forbidden, also where it, or somebody who uses it, may do more than the operator; not found.</exception>
    public async Task CutOffClientAsync(Operator who, string clientId, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ManageSessions);
        var isMore = await database.WriteAsync(async (sql, stop) =>
        {
            await RequireOverAsync(who, sql.Patient(), clientId, stop);
            return await revoker.StopApplicationAsync(sql, clientId, "ended by an operator", TimeSpan.Zero, who.Entry(default), stop);
        }, cancellationToken);
        revoker.Committed();
        if (isMore) await revoker.EndGrantsAsync(clientId, "ended by an operator");
        revoker.ApplicationEnded(clientId, "ended by an operator");
    }

    private async ValueTask RequireOverAsync(Operator who, SqlSession sql, string clientId, CancellationToken cancellationToken)
    {
        var client = await Applications.FindAsync(sql, clientId, cancellationToken) ?? throw AdministrationException.NotFound("client");
        if (!EndsAnything(who) && !who.Holds(ManagementPermissions.ManageClients)) who.RequireOver([.. client.Metadata.Permissions ?? [], .. await PatternsOfPeopleAsync(sql, clientId, cancellationToken)]);
    }

    private async Task<RevokedToken> EndTokenAsync(Operator who, RevokedToken token, string? subject, DateTimeOffset dead, CancellationToken cancellationToken)
    {
        await database.WriteAsync(async (sql, stop) =>
        {
            // Of a person, by a grant or an API key, or of a service. A bare jti tells nobody whose it is.
            if (subject is not null) who.RequireOver([.. await PatternsAsync(sql, subject, stop)]);
            await revoker.RevokeJtiAsync(sql, token.Subject, dead, who.Entry(default) with { UserId = token.UserId, ClientId = token.ClientId }, stop);
            return true;
        }, cancellationToken);
        revoker.Committed();
        return token;
    }

    // Whoever revokes signing keys ends every token of this server; and whoever disables clients, all of a client's.
    private static bool EndsAnything(Operator who) => who.Holds(ManagementPermissions.ManageKeys);

    private static async ValueTask<IEnumerable<string>> PatternsAsync(SqlSession sql, string subject, CancellationToken cancellationToken)
    {
        var ofPerson = (await PermissionReasons.OfUserAsync(sql, subject, cancellationToken)).Select(reason => reason.Pattern);
        return ofPerson.Concat((await Applications.FindAsync(sql, subject, cancellationToken))?.Metadata.Permissions ?? []);
    }

    // A cut-off by client excepts nobody: what the strongest of its people holds counts.
    private async ValueTask<IEnumerable<string>> PatternsOfPeopleAsync(SqlSession sql, string clientId, CancellationToken cancellationToken)
    {
        var roles = await sql.ListAsync(RolesOfPeopleSql, row => row.GetString(0), cancellationToken, clientId, time.GetUtcNow());
        return roles.SelectMany(PermissionReasons.Patterns).Distinct(StringComparer.Ordinal);
    }
}
