using System.Data.Common;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tokens;

/// <summary>The statements that end living grants, or the access tokens of theirs that live: these go on the revocation list in the same transaction.</summary>
/// <remarks>The turn on the list is taken before grants are held, as everywhere (<see cref="PersonRows"/>).</remarks>
internal sealed class LivingGrants(GrantTokens tokens, ServerOptions options)
{
    /// <summary>How many are dealt with by one statement.</summary>
    public const int Batch = 200;

    /// <summary>How many of a client's one transaction ends, so that nobody waits long for the turn on the list.</summary>
    public const int Part = 1000;

    private const string Living = "SELECT id, tokens_issued, previous_first, access_token_lifetime, client_id, created FROM authorizations WHERE ended IS NULL AND ";

    /// <summary>Ends them with their tokens, and answers whose they were.</summary>
    public async ValueTask<IEnumerable<string>> EndAsync(SqlSession session, string which, string reason, DateTimeOffset now, CancellationToken cancellationToken, params object[] values)
    {
        var grants = await HoldAsync(session, which, values, cancellationToken);
        await EndAsync(session, grants, reason, now, cancellationToken);
        return grants.Select(grant => grant.ClientId).Distinct(StringComparer.Ordinal);
    }

    /// <summary>Whether a client has more of them than one transaction ends.</summary>
    public static async ValueTask<bool> AreManyAsync(SqlSession session, string clientId, CancellationToken cancellationToken) => await AreMoreAsync(session, clientId, Part, cancellationToken);

    /// <summary>Whether a client has more than so many of them.</summary>
    public static async ValueTask<bool> AreMoreAsync(SqlSession session, string clientId, int than, CancellationToken cancellationToken) =>
        await session.FirstAsync("SELECT COUNT(*) FROM (SELECT 1 FROM authorizations WHERE client_id = $1 AND ended IS NULL LIMIT $2) few", row => row.GetInt64(0), cancellationToken, clientId, than + 1L) > than;

    /// <summary>Ends a part of a client's, in the order of its index, after that place. Answers the place of the last; null: there are no more.</summary>
    public async ValueTask<(long Created, string Id)?> EndPartAsync(SqlSession session, string clientId, (long Created, string Id) after, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var grants = await HoldAsync(session, $"client_id = $1 AND (created, id) > ($2, $3) ORDER BY created, id LIMIT {Part}", [clientId, after.Created, after.Id], cancellationToken);
        await EndAsync(session, grants, reason, now, cancellationToken);
        return grants.Count < Part ? null : (grants[^1].Created, grants[^1].Id);
    }

    /// <summary>Ends their access tokens; refresh tokens go on. Answers the last id; null: there are no more.</summary>
    public async ValueTask<string?> EndAccessTokensAsync(SqlSession session, string which, DateTimeOffset now, CancellationToken cancellationToken, params object[] values)
    {
        var grants = await HoldAsync(session, which, values, cancellationToken);
        await RevocationList.AddAsync(session, grants.SelectMany(grant => JtisOf(grant, now)), now, cancellationToken);
        return grants.Count < Batch ? null : grants[^1].Id;
    }

    private async ValueTask EndAsync(SqlSession session, List<Grant> grants, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var batch in grants.Chunk(Batch)) await session.ExecuteAsync(EndSql(batch.Length), cancellationToken, [now, reason, .. batch.Select(grant => grant.Id)]);
        await RevocationList.AddAsync(session, grants.SelectMany(grant => JtisOf(grant, now)), now, cancellationToken);
    }

    private static async ValueTask<List<Grant>> HoldAsync(SqlSession session, string which, object[] values, CancellationToken cancellationToken)
    {
        await RevocationList.OrderAsync(session, cancellationToken);
        return await session.ListAsync(Living + which + (session.IsSqlite ? "" : " FOR UPDATE"), Read, cancellationToken, values);
    }

    private static Grant Read(DbDataReader row) => new(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt32(3), row.GetString(4), row.GetInt64(5));

    private IEnumerable<(string Jti, DateTimeOffset Expires)> JtisOf(Grant grant, DateTimeOffset now)
    {
        var expires = now + TimeSpan.FromSeconds(grant.Lifetime) + options.Lifetimes.ClockSkew;
        for (var number = grant.First; number <= grant.Issued; number++) yield return (tokens.Jti(grant.Id, number), expires);
    }

    private static string EndSql(int grants) =>
        $"UPDATE authorizations SET ended = $1, end_reason = $2 WHERE ended IS NULL AND id IN ({string.Join(", ", Enumerable.Range(3, grants).Select(number => $"${number}"))})";

    private sealed record Grant(string Id, long Issued, long First, int Lifetime, string ClientId, long Created);
}
