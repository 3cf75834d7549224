using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Storage;

/// <summary>The statements about things that are used once. Consuming is one conditional update whose row count decides: exactly one winner on any number of nodes.</summary>
public static class OneTimeTokens
{
    private const string Columns = "id, kind, client_id, user_id, authorization_id, payload, created, expires, consumed";

    /// <summary>Stores a new one. False when one of the same id exists, which for a client assertion's jti means a replay.</summary>
    public static async ValueTask<bool> AddAsync(SqlSession session, Token token, CancellationToken cancellationToken) =>
        await session.ExecuteAsync($"INSERT INTO tokens ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL) ON CONFLICT (id) DO NOTHING", cancellationToken,
            token.Id, token.Kind, token.ClientId, token.UserId, token.AuthorizationId, token.Payload, token.Created, token.Expires) == 1;

    /// <summary>Consumes it. True for exactly one caller, and only before it expires.</summary>
    public static async ValueTask<bool> ConsumeAsync(SqlSession session, string id, string kind, DateTimeOffset now, CancellationToken cancellationToken) =>
        await session.ExecuteAsync("UPDATE tokens SET consumed = $1 WHERE id = $2 AND kind = $3 AND consumed IS NULL AND expires > $1", cancellationToken, now, id, kind) == 1;

    /// <summary>Replaces the payload of one that is not consumed and not expired.</summary>
    public static async ValueTask<bool> UpdateAsync(SqlSession session, string id, string kind, string payload, DateTimeOffset now, CancellationToken cancellationToken) =>
        await session.ExecuteAsync("UPDATE tokens SET payload = $1 WHERE id = $2 AND kind = $3 AND consumed IS NULL AND expires > $4", cancellationToken, payload, id, kind, now) == 1;

    /// <summary>Finds it, whatever its state.</summary>
    public static ValueTask<Token?> FindAsync(SqlSession session, string id, string kind, CancellationToken cancellationToken) =>
        session.FirstAsync<Token?>($"SELECT {Columns} FROM tokens WHERE id = $1 AND kind = $2", row => new Token
        {
            Id = row.GetString(0), Kind = row.GetString(1), ClientId = row.Text(2), UserId = row.Text(3), AuthorizationId = row.Text(4),
            Payload = row.Text(5), Created = row.Time(6), Expires = row.Time(7), Consumed = row.OptionalTime(8),
        }, cancellationToken, id, kind);
}
