using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.Storage;

/// <summary>Removes rows that can no longer matter, in small batches. What marks a thing as used or revoked outlives the thing itself, so that pruning never revives anything.</summary>
public sealed partial class Pruning(Database database, TimeProvider time, ILogger<Pruning> logger) : BackgroundService
{
    private const int Batch = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    /// <summary>Removes everything that is due now, and answers how many rows that were.</summary>
    public async Task<long> PruneAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var skew = TimeSpan.FromMinutes(2);
        long total = 0;

        // A used code stays for a day, so that a late second use still ends what the first one began (RFC 6749 §4.1.2).
        total += await TryAsync("tokens", () => DeletePartsAsync("tokens", "expires", " AND kind = 'code'", now - TimeSpan.FromDays(1), cancellationToken));
        total += await TryAsync("tokens", () => DeleteTokensAsync(now - skew, cancellationToken));
        total += await DeleteAsync("revocations", "expires", now - skew, cancellationToken);
        total += await DeleteAsync("sessions", "expires", now - TimeSpan.FromDays(30), cancellationToken);
        total += await DeleteAsync("authorizations", "expires", now - TimeSpan.FromDays(1), cancellationToken);
        total += await DeleteAsync("outgoing_mails", "expires", now - TimeSpan.FromDays(1), cancellationToken); // the delivery gives up sooner, and says so
        total += await DeleteAsync("sign_in_failures", "at", now - TimeSpan.FromHours(1), cancellationToken);
        total += await DeleteAsync("devices", "last_seen", now - TimeSpan.FromDays(400), cancellationToken); // no browser keeps the cookie longer
        total += await DeleteAsync("api_keys", "revoked", now - TimeSpan.FromDays(365), cancellationToken); // its id is never another key's
        total += await DeleteAsync("api_keys", "expires", now - TimeSpan.FromDays(365), cancellationToken);
        total += await DeleteAsync("bans", "until", now - TimeSpan.FromDays(7), cancellationToken); // a next one within the week lasts longer
        total += await DeleteAsync("security_events", "at", now - TimeSpan.FromDays(7), cancellationToken); // a receiver that fails is given up sooner
        total += await DeleteAsync("remembered_answers", "expires", now, cancellationToken);
        total += await TryAsync("status_lists", () => PruneStatusListsAsync(now - skew, cancellationToken));
        if (total > 0) Pruned(logger, total);
        return total;
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await PruneAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                PruningFailed(logger, e.GetType().Name);
            }
        }
    }

    // A list goes when all its tokens have expired: its places first, a part at a time.
    private async Task<long> PruneStatusListsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        const int part = 4096;
        List<long> lists;
        await using (var session = await database.ReadAsync(cancellationToken))
            lists = await session.ListAsync("SELECT number FROM status_lists WHERE expires < $1", row => row.GetInt64(0), cancellationToken, before);
        long total = 0;
        foreach (var list in lists)
        {
            var last = await database.WriteAsync(async (session, stop) => await session.FirstAsync("SELECT COALESCE(MAX(place), 0) FROM status_entries WHERE list = $1", row => row.GetInt64(0), stop, list), cancellationToken);
            for (var place = 0L; place <= last; place += part)
                total += await database.WriteAsync((session, stop) => session.ExecuteAsync("DELETE FROM status_entries WHERE list = $1 AND place >= $2 AND place < $3", stop, list, place, place + part), cancellationToken);
            total += await database.WriteAsync((session, stop) => session.ExecuteAsync("DELETE FROM status_lists WHERE number = $1", stop, list), cancellationToken);
        }

        return total;
    }

    // Used codes of a whole day stand among them: a part after the other by their time, so that no statement passes all of those for a few.
    private async Task<long> DeleteTokensAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        const int part = 2000;
        var (total, from) = (0L, 0L);
        while (true)
        {
            var (rows, last) = await database.WriteAsync(async (session, stop) =>
            {
                var end = await session.FirstAsync($"SELECT MAX(expires) FROM (SELECT expires FROM tokens WHERE expires >= $1 AND expires < $2 ORDER BY expires LIMIT {part}) part", row => row.IsDBNull(0) ? -1 : row.GetInt64(0), stop, from, before);
                return end < 0 ? (0, end) : (await session.ExecuteAsync("DELETE FROM tokens WHERE kind <> 'code' AND expires >= $1 AND expires <= $2", stop, from, end), end);
            }, cancellationToken);
            if (last < 0) return total;
            (total, from) = (total + rows, last + 1);
        }
    }

    private Task<long> DeleteAsync(string table, string column, DateTimeOffset before, CancellationToken cancellationToken) =>
        TryAsync(table, () => DeletePartsAsync(table, column, "", before, cancellationToken));

    // What fails for one table, by its timeout for example, holds up no other's.
    private async Task<long> TryAsync(string table, Func<Task<long>> prune)
    {
        try
        {
            return await prune();
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            PruningFailed(logger, $"{table}: {e.GetType().Name}");
            return 0;
        }
    }

    // A part after the other along the time, each from where the one before ended: what was just deleted stands in PostgreSQL's index until it is vacuumed, and a walk from the beginning would pass all of it each time.
    private async Task<long> DeletePartsAsync(string table, string column, string among, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var end = $"SELECT MAX({column}) FROM (SELECT {column} FROM {table} WHERE {column} >= $1 AND {column} < $2{among} ORDER BY {column} LIMIT {Batch}) part";
        var delete = $"DELETE FROM {table} WHERE {column} >= $1 AND {column} <= $2{among}";
        for (long total = 0, from = 0; ;)
        {
            var begin = from;
            var (rows, last) = await database.WriteAsync(async (session, stop) =>
            {
                var last = await session.Patient().FirstAsync(end, row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0), stop, begin, before); // a batch along an index, which what was deleted before may still stand in
                return last is null ? (0, last) : (await session.ExecuteAsync(delete, stop, begin, last), last);
            }, cancellationToken);
            if (last is null) return total;
            (total, from) = (total + rows, last.Value + 1);
        }
    }

    [LoggerMessage(2003, LogLevel.Debug, "Removed {Rows} rows that no longer matter", EventName = "Pruned")]
    private static partial void Pruned(ILogger logger, long rows);

    [LoggerMessage(2004, LogLevel.Warning, "Removing old rows failed ({Reason}); it is tried again", EventName = "PruningFailed")]
    private static partial void PruningFailed(ILogger logger, string reason);
}
