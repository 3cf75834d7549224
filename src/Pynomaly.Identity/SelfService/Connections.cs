using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.SelfService;

/// <summary>The applications that use the person's account, and how to stop them. What is withdrawn is dead when the call returns: grants, refresh tokens and access tokens.</summary>
public sealed class Connections(Database database, ClientDirectory clients, Catalogue catalogue, TokenRevoker revoker, AuditTrail audit, TimeProvider time, ILogger<Connections> logger)
{
    private const string ConsentSql = "SELECT client_id, scope, claims, created FROM consents WHERE user_id = $1";
    private const string GrantSql = "SELECT client_id, scope, created, last_used, is_offline FROM authorizations WHERE user_id = $1 AND ended IS NULL AND expires > $2";

    /// <summary>All of them, last used first.</summary>
    public async Task<IReadOnlyList<Connection>> ListAsync(string userId, CancellationToken cancellationToken)
    {
        List<(string ClientId, string Scope, string Claims, DateTimeOffset Created)> consents;
        List<(string ClientId, string Scope, DateTimeOffset Created, DateTimeOffset LastUsed, bool IsOffline)> grants;
        await using (var sql = await database.ReadAsync(cancellationToken))
        {
            consents = await sql.ListAsync(ConsentSql, row => (row.GetString(0), row.GetString(1), row.GetString(2), row.Time(3)), cancellationToken, userId);
            grants = await sql.ListAsync(GrantSql, row => (row.GetString(0), row.GetString(1), row.Time(2), row.Time(3), row.GetBoolean(4)), cancellationToken, userId, time.GetUtcNow());
        }

        var snapshot = await catalogue.CurrentAsync();
        List<Connection> connections = [];
        foreach (var clientId in consents.Select(consent => consent.ClientId).Concat(grants.Select(grant => grant.ClientId)).Distinct(StringComparer.Ordinal))
        {
            if (await clients.FindAsync(clientId, cancellationToken) is not { } application) continue; // removed: nothing of it can be used
            var consent = consents.Where(one => one.ClientId == clientId).ToList();
            var living = grants.Where(one => one.ClientId == clientId).ToList();
            connections.Add(new Connection
            {
                Application = application,
                Scopes = [.. Names(consent.Select(one => one.Scope).Concat(living.Select(one => one.Scope))).Select(name => snapshot.FindScope(name) ?? new Scope { Name = name })],
                Claims = [.. Names(consent.Select(one => one.Claims))],
                Since = consent.Select(one => one.Created).Concat(living.Select(one => one.Created)).Min(),
                LastUsed = living.Count == 0 ? null : living.Max(one => one.LastUsed),
                Grants = living.Count, IsOffline = living.Exists(one => one.IsOffline), IsRemembered = consent.Count > 0,
            });
        }

        return [.. connections.OrderByDescending(connection => connection.LastUsed ?? connection.Since).ThenBy(connection => connection.Application.ClientId, StringComparer.Ordinal)];
    }

    /// <summary>Ends what the application may do, and forgets that it was allowed. False: it may do nothing here.</summary>
    public async Task<bool> WithdrawAsync(HttpContext context, Session session, string clientId, CancellationToken cancellationToken)
    {
        const string any = """
            SELECT 1 FROM consents WHERE user_id = $1 AND client_id = $2
            UNION ALL SELECT 1 FROM authorizations WHERE user_id = $1 AND client_id = $2 AND ended IS NULL
            """;
        var done = await database.WriteAsync(async (sql, stop) =>
        {
            if (await sql.FirstAsync(any, row => row.GetInt32(0), stop, session.UserId, clientId) == 0) return false;
            await revoker.EndConsentAsync(sql, session.UserId, clientId, "withdrawn by its owner", AuditEntry.By(session.UserId), stop);
            await audit.WriteAsync(sql, new AuditEntry(Log.ConnectionWithdrawn) { Actor = session.UserId, UserId = session.UserId, ClientId = clientId, SessionId = session.Id }.From(context), stop);
            return true;
        }, cancellationToken);
        if (!done) return false;
        revoker.Committed();
        logger.LogConnectionWithdrawn(session.UserId, clientId);
        return true;
    }

    private static IEnumerable<string> Names(IEnumerable<string> lists) => lists.SelectMany(list => list.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.Ordinal);
}
