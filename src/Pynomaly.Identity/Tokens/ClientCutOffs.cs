using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tokens;

/// <summary>The cut-offs of clients and API keys on the revocation list, for tokens that have no row: all that were issued until a moment are ended.</summary>
internal static class ClientCutOffs
{
    /// <summary>Enters those of a client that ends, and of its API keys, in the caller's transaction. A long transaction does so again as its last: whoever does not see the end yet has issued to it meanwhile.</summary>
    /// <remarks>Those of a deleted one's keys lie ahead by the longest life, since a key never comes again. A client_id may.</remarks>
    public static async ValueTask EnterAsync(SqlSession session, string clientId, TimeSpan margin, bool isDeleted, TimeProvider time, CancellationToken cancellationToken)
    {
        await RevocationList.OrderAsync(session, cancellationToken); // the time is told when it is this one's turn
        var now = time.GetUtcNow();
        await RevocationList.AddCutOffAsync(session, "client_id", clientId, now + margin, now + TokenRevoker.LongestLife, now, cancellationToken);
        await EnterKeysAsync(session, "k.client_id = $1", clientId, now + (isDeleted ? TokenRevoker.LongestLife : margin), now, cancellationToken);
    }

    /// <summary>Enters one for each living key. Where the owner is refused from now on, it lies a little ahead, for exchanges that are under way on other nodes.</summary>
    public static async ValueTask EnterKeysAsync(SqlSession session, string which, string owner, DateTimeOffset issuedBefore, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await RevocationList.OrderAsync(session, cancellationToken); // before the look: a key that is revoked meanwhile keeps its own, longer cut-off
        var keys = await session.ListAsync($"SELECT k.id, u.is_disabled, u.delete_after FROM api_keys k LEFT JOIN users u ON u.id = k.user_id WHERE {which} AND k.revoked IS NULL ORDER BY k.id",
            row => (Id: row.GetString(0), IsRefused: !row.IsDBNull(1) && (row.GetBoolean(1) || !row.IsDBNull(2))), cancellationToken, owner);
        foreach (var (id, isRefused) in keys) await RevocationList.AddCutOffAsync(session, "client_id", id, isRefused ? issuedBefore + TokenRevoker.Margin : issuedBefore, now + TokenRevoker.LongestLife, now, cancellationToken);
    }
}
