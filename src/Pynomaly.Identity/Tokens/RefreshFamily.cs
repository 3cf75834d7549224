using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tokens;

/// <summary>A grant's row and its refresh family, which is the same row: rotation is one conditional update, so that exactly one generation is current.</summary>
/// <remarks>RFC 6749 §6, RFC 9700 §4.14.2. The direct parent may be presented again for a short while, its answer being lost, and gets the same child;
/// any other reuse ends the family.</remarks>
[Specification("RFC 9700", "Best Current Practice for OAuth 2.0 Security")]
internal static class RefreshFamily
{
    private const string Columns = """
        id, user_id, client_id, session_id, scope, resource, claims_request, auth_time, acr, amr, created, expires, is_offline, generation, last_used, access_token_lifetime, ended, dpop_jkt
        """;

    // The jtis of living access tokens follow from their numbers: two windows, each a token's lifetime long, bound which numbers may live.
    private const string NextNumber = """
        tokens_issued = tokens_issued + 1,
        previous_first = CASE WHEN $1 - window_start < (access_token_lifetime + 60) * 1000 THEN previous_first
                              WHEN $1 - window_start < (access_token_lifetime + 60) * 2000 THEN window_first ELSE tokens_issued + 1 END,
        window_first = CASE WHEN $1 - window_start < (access_token_lifetime + 60) * 1000 THEN window_first ELSE tokens_issued + 1 END,
        window_start = CASE WHEN $1 - window_start < (access_token_lifetime + 60) * 1000 THEN window_start ELSE $1 END
        """;

    private const string InsertSql = $"""
        INSERT INTO authorizations ({Columns}, tokens_issued, window_start, window_first, previous_first, end_reason)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, $11, $14, NULL, $15, 1, $11, 1, 1, NULL)
        """;

    private const string RotateSql = $"""
        UPDATE authorizations SET generation = generation + 1, last_used = $1, {NextNumber}
        WHERE id = $2 AND generation = $3 AND ended IS NULL AND expires > $1 RETURNING tokens_issued
        """;

    private const string RepeatSql = $"UPDATE authorizations SET {NextNumber} WHERE id = $2 AND generation = $3 AND ended IS NULL AND expires > $1 RETURNING tokens_issued";

    /// <summary>Stores a new grant. Its first access token has the number 1.</summary>
    public static async ValueTask BeginAsync(SqlSession session, Model.Authorization grant, CancellationToken cancellationToken) =>
        await session.ExecuteAsync(InsertSql, cancellationToken, grant.Id, grant.UserId, grant.ClientId, grant.SessionId, grant.Scope, grant.Resource, grant.ClaimsRequest,
            grant.AuthTime, grant.Acr, grant.Amr, grant.Created, grant.Expires, grant.IsOffline, grant.AccessTokenLifetime, grant.DpopJkt);

    /// <summary>The grant, whatever its state.</summary>
    public static ValueTask<Model.Authorization?> FindAsync(SqlSession session, string id, CancellationToken cancellationToken) =>
        session.FirstAsync<Model.Authorization?>($"SELECT {Columns} FROM authorizations WHERE id = $1", row => new Model.Authorization
        {
            Id = row.GetString(0), UserId = row.GetString(1), ClientId = row.GetString(2), SessionId = row.Text(3), Scope = row.GetString(4), Resource = row.GetString(5),
            ClaimsRequest = row.Text(6), AuthTime = row.Time(7), Acr = row.GetString(8), Amr = row.GetString(9), Created = row.Time(10), Expires = row.Time(11),
            IsOffline = row.GetBoolean(12), Generation = row.GetInt64(13), LastUsed = row.Time(14), AccessTokenLifetime = row.GetInt32(15), Ended = row.OptionalTime(16), DpopJkt = row.Text(17),
        }, cancellationToken, id);

    /// <summary>Makes the next generation current. The number of the access token that goes with it; null when another request was first or the grant has ended.</summary>
    public static ValueTask<long?> RotateAsync(SqlSession session, string id, long generation, DateTimeOffset now, CancellationToken cancellationToken) =>
        session.FirstAsync<long?>(RotateSql, row => row.GetInt64(0), cancellationToken, now, id, generation);

    /// <summary>Gives another access token for a generation that is current, without a new generation. Null when it is not current any more.</summary>
    public static ValueTask<long?> RepeatAsync(SqlSession session, string id, long generation, DateTimeOffset now, CancellationToken cancellationToken) =>
        session.FirstAsync<long?>(RepeatSql, row => row.GetInt64(0), cancellationToken, now, id, generation);
}
