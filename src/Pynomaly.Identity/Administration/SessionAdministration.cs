using System.Globalization;
using System.Text.Json;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Administration;

/// <summary>Everybody's browser sessions: seen, and ended with what was granted in them.</summary>
public sealed class SessionAdministration(Database database, GrantAdministration grants, TokenRevoker revoker, Cursors cursors, ServerOptions options, TimeProvider time)
{
    private const int Few = 2000;

    private const string SelectSql = """
        SELECT s.id, s.user_id, u.user_name, s.created, s.auth_time, s.last_seen, s.expires, s.ended, s.acr, s.amr, s.user_agent, s.address
        FROM sessions s JOIN users u ON u.id = s.user_id WHERE 
        """;

    /// <summary>A part of the list, the newest first.</summary>
    /// <exception cref="AdministrationException">Forbidden; invalid: the cursor.</exception>
    public async Task<Page<SessionSummary>> ListAsync(Operator who, SessionFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewSessions);
        var query = new Conditions();
        var now = time.GetUtcNow();
        if (filter.UserId is { } user) query.Add("s.user_id = ?", user);
        if (filter.Address is { } address) query.Add("s.address = ?", address);
        // "+": the index of expiry is not offered, since nearly all have yet to expire and would be sorted.
        if (!filter.All) query.Add("s.ended IS NULL AND +s.expires > ? AND s.last_seen > ?", now, now - options.Lifetimes.SessionIdle);
        var name = $"sessions\n{filter}";
        query.After("s", cursors.Read(name, after));
        await using var sql = await database.ReadAsync(cancellationToken);
        if (filter.ClientId is { } client) query.Add(await OfClientAsync(sql, client, cancellationToken), client);
        var items = await sql.ListAsync($"{SelectSql}{query} ORDER BY s.created DESC, s.id DESC LIMIT {limit + 1}", Read, cancellationToken, query.Values);
        return cursors.Page(name, items, limit, session => [session.Created.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), session.Id]);
    }

    /// <summary>One of them, with the living grants that were made in it.</summary>
    /// <exception cref="AdministrationException">Forbidden, not found.</exception>
    public async Task<SessionSummary> GetAsync(Operator who, string id, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewSessions);
        SessionSummary? found;
        await using (var sql = await database.ReadAsync(cancellationToken)) found = await sql.FirstAsync($"{SelectSql}s.id = $1", Read, cancellationToken, id);
        if (found is null) throw AdministrationException.NotFound("session");
        return found with { Grants = (await grants.ListAsync(who, new GrantFilter { SessionId = id }, null, Cursors.Most, cancellationToken)).Items };
    }

    /// <summary>Ends one, and every grant made in it. One that has ended stays so.</summary>
    /// <exception cref="AdministrationException">Forbidden, not found.</exception>
    public async Task EndAsync(Operator who, string id, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ManageSessions);
        await database.WriteAsync(async (sql, stop) =>
        {
            var userId = await sql.FirstAsync("SELECT user_id FROM sessions WHERE id = $1", row => row.GetString(0), stop, id) ?? throw AdministrationException.NotFound("session");
            await TouchedAccount.RequireAsync(sql, who, userId, null, stop);
            await revoker.EndSessionAndGrantsAsync(sql, id, "ended by an operator", who.Entry(default) with { UserId = userId }, stop);
            return true;
        }, cancellationToken);
        revoker.Committed();
    }

    // Where it was granted little, its sessions are led to by its grants; where much, they are met on the walk along all sessions.
    private static async ValueTask<string> OfClientAsync(SqlSession sql, string clientId, CancellationToken cancellationToken)
    {
        var count = await sql.FirstAsync($"SELECT COUNT(*) FROM (SELECT 1 FROM authorizations WHERE client_id = $1 LIMIT {Few + 1}) few", row => row.GetInt64(0), cancellationToken, clientId);
        return count <= Few ? "s.id IN (SELECT a.session_id FROM authorizations a WHERE a.client_id = ?)" : "(SELECT 1 FROM authorizations a WHERE a.session_id = s.id AND a.client_id = ? LIMIT 1) IS NOT NULL";
    }

    private SessionSummary Read(System.Data.Common.DbDataReader row)
    {
        var now = time.GetUtcNow();
        var (lastSeen, expires, ended) = (row.Time(5), row.Time(6), row.OptionalTime(7));
        return new SessionSummary
        {
            Id = row.GetString(0), UserId = row.GetString(1), UserName = row.GetString(2), Created = row.Time(3), AuthTime = row.Time(4), LastSeen = lastSeen, Expires = expires, Ended = ended,
            Acr = row.GetString(8), Amr = JsonSerializer.Deserialize(row.GetString(9), StorageJson.Default.ListString)!, UserAgent = row.Text(10), Address = row.Text(11),
            State = ended is not null ? "ended" : expires <= now ? "expired" : lastSeen + options.Lifetimes.SessionIdle <= now ? "idle" : "active",
        };
    }
}
