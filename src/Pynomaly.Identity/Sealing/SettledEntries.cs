using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Sealing;

/// <summary>Up to which entry nothing can come in between any more: numbers are given when a row is written, but rows are seen when their transaction commits.</summary>
/// <remarks>
/// SQLite has one writer: what is seen is settled. On PostgreSQL every transaction that may still hold a smaller number has the table locked in ROW EXCLUSIVE mode since
/// before it was given the number; so once those who hold the lock now have let go, everything up to the greatest number of before is settled. Nobody has to wait for that:
/// LOCK TABLE would make writers queue behind the longest of them.
/// </remarks>
internal sealed class SettledEntries
{
    private const int Looks = 25;
    private const string TopSql = "SELECT COALESCE(MAX(sequence), 0) FROM audit_events";
    private const string HoldersSql = """
        SELECT virtualtransaction FROM pg_locks
        WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted AND relation = 'audit_events'::regclass
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private readonly HashSet<string> _holders = [];
    private long _top;
    private long _settled;

    /// <summary>The number of the last settled entry. Waits half a second at most for transactions that are under way; then answers what was settled before them.</summary>
    public async ValueTask<long> LastAsync(SqlSession session, CancellationToken cancellationToken)
    {
        if (session.IsSqlite) return await session.FirstAsync(TopSql, row => row.GetInt64(0), cancellationToken);
        if (_holders.Count == 0)
        {
            _top = await session.FirstAsync(TopSql, row => row.GetInt64(0), cancellationToken);
            _holders.UnionWith(await HoldersAsync(session, cancellationToken)); // asked after the top was: who wrote below it and is not seen, is among them
        }

        for (var look = 0; _holders.Count > 0 && look < Looks; look++)
        {
            await Task.Delay(Pause, cancellationToken);
            _holders.IntersectWith(await HoldersAsync(session, cancellationToken));
        }

        if (_holders.Count == 0) _settled = _top;
        return _settled;
    }

    private static ValueTask<List<string>> HoldersAsync(SqlSession session, CancellationToken cancellationToken) => session.ListAsync(HoldersSql, row => row.GetString(0), cancellationToken);
}
