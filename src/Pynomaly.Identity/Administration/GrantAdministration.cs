using System.Globalization;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Administration;

/// <summary>What people granted clients: seen, and ended with every token that came of it.</summary>
public sealed class GrantAdministration(Database database, GrantTokens tokens, TokenRevoker revoker, Cursors cursors, ServerOptions options, TimeProvider time)
{
    private const int MostTokens = 100;

    private const string SelectSql = """
        SELECT a.id, a.user_id, u.user_name, a.client_id, a.session_id, a.scope, a.resource, a.is_offline, a.generation, a.tokens_issued, a.acr, a.auth_time, a.created, a.last_used, a.expires,
               a.ended, a.end_reason, a.previous_first, a.access_token_lifetime
        FROM authorizations a JOIN users u ON u.id = a.user_id WHERE 
        """;

    /// <summary>A part of the list, the newest first.</summary>
    /// <exception cref="AdministrationException">Forbidden; invalid: the cursor.</exception>
    public async Task<Page<GrantSummary>> ListAsync(Operator who, GrantFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewSessions);
        var query = new Conditions();
        if (filter.UserId is { } user) query.Add("a.user_id = ?", user);
        if (filter.ClientId is { } client) query.Add("a.client_id = ?", client);
        if (filter.SessionId is { } session) query.Add("a.session_id = ?", session);
        if (filter.IsOffline is { } offline) query.Add("a.is_offline = ?", offline);
        // "+": the index of expiry is not offered, since nearly all have yet to expire and would be sorted.
        if (!filter.All) query.Add("a.ended IS NULL AND +a.expires > ?", time.GetUtcNow());
        var name = $"grants\n{filter}";
        query.After("a", cursors.Read(name, after));
        await using var sql = await database.ReadAsync(cancellationToken);
        var items = await sql.ListAsync($"{SelectSql}{query} ORDER BY a.created DESC, a.id DESC LIMIT {limit + 1}", row => Read(row), cancellationToken, query.Values);
        return cursors.Page(name, items, limit, grant => [grant.Created.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), grant.Id]);
    }

    /// <summary>One of them, with the jtis of its access tokens that may still live.</summary>
    /// <exception cref="AdministrationException">Forbidden, not found.</exception>
    public async Task<GrantSummary> GetAsync(Operator who, string id, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewSessions);
        await using var sql = await database.ReadAsync(cancellationToken);
        return await sql.FirstAsync($"{SelectSql}a.id = $1", row => Read(row) is var grant && grant.Ended is null ? grant with { LivingTokens = LivingOf(grant, row.GetInt64(17), row.GetInt32(18)) } : grant with { LivingTokens = [] },
            cancellationToken, id) ?? throw AdministrationException.NotFound("grant");
    }

    /// <summary>Ends one, and every token that came of it. One that has ended stays so.</summary>
    /// <exception cref="AdministrationException">Forbidden, not found.</exception>
    public async Task EndAsync(Operator who, string id, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ManageSessions);
        await database.WriteAsync(async (sql, stop) =>
        {
            var (userId, clientId, ended) = await sql.FirstAsync("SELECT user_id, client_id, ended FROM authorizations WHERE id = $1", row => (row.GetString(0), row.GetString(1), row.OptionalTime(2)), stop, id);
            if (userId is null) throw AdministrationException.NotFound("grant");
            await TouchedAccount.RequireAsync(sql, who, userId, null, stop);
            if (ended is null) await revoker.EndAuthorizationAsync(sql, id, "ended by an operator", who.Entry(default) with { UserId = userId, ClientId = clientId }, stop);
            return true;
        }, cancellationToken);
        revoker.Committed();
    }

    // Tokens are numbered; those of the window before and of this one may still live, if the grant was used within a lifetime.
    private List<string> LivingOf(GrantSummary grant, long first, int lifetime)
    {
        if (grant.LastUsed + TimeSpan.FromSeconds(lifetime) + options.Lifetimes.ClockSkew <= time.GetUtcNow()) return [];
        List<string> jtis = [];
        for (var number = grant.TokensIssued; number >= Math.Max(1, first) && jtis.Count < MostTokens; number--) jtis.Add(tokens.Jti(grant.Id, number));
        return jtis;
    }

    private GrantSummary Read(System.Data.Common.DbDataReader row)
    {
        var now = time.GetUtcNow();
        var (offline, lastUsed, expires, ended) = (row.GetBoolean(7), row.Time(13), row.Time(14), row.OptionalTime(15));
        return new GrantSummary
        {
            Id = row.GetString(0), UserId = row.GetString(1), UserName = row.GetString(2), ClientId = row.GetString(3), SessionId = row.Text(4), Scopes = ClientChanges.Words(row.GetString(5)),
            Resources = ClientChanges.Words(row.GetString(6)), IsOffline = offline, Generation = row.GetInt64(8), TokensIssued = row.GetInt64(9), Acr = row.GetString(10), AuthTime = row.Time(11),
            Created = row.Time(12), LastUsed = lastUsed, Expires = expires, Ended = ended, EndReason = row.Text(16),
            State = ended is not null ? "ended" : expires <= now ? "expired" : offline && lastUsed + options.Lifetimes.RefreshIdle <= now ? "idle" : "active",
        };
    }
}
