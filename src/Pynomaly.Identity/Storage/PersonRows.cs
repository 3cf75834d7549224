namespace Pynomaly.Identity.Storage;

/// <summary>The rows of one person that an act may end, held until the end of its transaction, in the one order of this server; nothing on SQLite, which has one writer.</summary>
/// <remarks>
/// Two transactions that hold rows in different orders wait for each other, and PostgreSQL ends one of them after a second. So there is one order, and everybody keeps to it:
/// the names and owners (advisory locks), clients, roles; the account; its one-time rows, browsers, API keys, sessions, those of a kind by the bytes of their ids; the turn on the revocation
/// list (<see cref="ChangeFeed.OrderAsync"/>, which an audit entry that receivers are told of takes too); grants; then what is only added, and the news that something changed (<see cref="ChangeFeed.BumpSql"/>). Whoever needs one of these alone takes it
/// alone. Whoever changes a person's password, factors or address, or ends what is theirs, calls this first.
/// </remarks>
internal static class PersonRows
{
    private static readonly string[] Kinds =
    [
        "SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE", // no more: what refers to the account goes on being added
        "SELECT 1 FROM tokens WHERE user_id = $1 AND consumed IS NULL ORDER BY id COLLATE \"C\" FOR UPDATE",
        "SELECT 1 FROM devices WHERE user_id = $1 ORDER BY id COLLATE \"C\" FOR UPDATE",
        "SELECT 1 FROM api_keys WHERE user_id = $1 AND revoked IS NULL ORDER BY id COLLATE \"C\" FOR UPDATE",
        "SELECT 1 FROM sessions WHERE user_id = $1 AND ended IS NULL ORDER BY id COLLATE \"C\" FOR UPDATE",
    ];

    /// <summary>Holds the codes of clients that may still be redeemed somewhere: of all of them before the first turn on the list is taken.</summary>
    /// <remarks>They are a handful, found by their time: no index knows the client.</remarks>
    public static async ValueTask HoldCodesOfClientsAsync(SqlSession sql, IReadOnlyList<string> clientIds, DateTimeOffset after, CancellationToken cancellationToken)
    {
        if (sql.IsSqlite || clientIds.Count == 0) return;
        var clients = string.Join(", ", Enumerable.Range(2, clientIds.Count).Select(number => $"${number}"));
        await sql.ExecuteAsync($"SELECT 1 FROM tokens WHERE kind = 'code' AND consumed IS NULL AND expires > $1 AND client_id IN ({clients}) ORDER BY id COLLATE \"C\" FOR UPDATE", cancellationToken, [after, .. clientIds]);
    }

    /// <summary>Holds the living API keys of a client, for who ends them after its grants.</summary>
    public static async ValueTask HoldKeysOfClientAsync(SqlSession sql, string clientId, CancellationToken cancellationToken)
    {
        if (!sql.IsSqlite) await sql.ExecuteAsync("SELECT 1 FROM api_keys WHERE client_id = $1 AND revoked IS NULL ORDER BY id COLLATE \"C\" FOR UPDATE", cancellationToken, clientId);
    }

    /// <summary>Holds them.</summary>
    public static async ValueTask HoldAsync(SqlSession sql, string userId, CancellationToken cancellationToken)
    {
        if (sql.IsSqlite) return;
        foreach (var kind in Kinds) await sql.ExecuteAsync(kind, cancellationToken, userId);
    }
}
