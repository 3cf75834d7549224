using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Sealing;

/// <summary>Removes entries whose time is over: whole seals, from the beginning of the chain. The last of them stays, signed anew as removed, and the chain begins there.</summary>
/// <remarks>An entry that is not sealed is never removed, whatever its age. That the removal was the server's own is proven by the signature, which a writer of the database cannot make:
/// so nothing is signed before the whole of it was proven (<see cref="DueSeals"/>), or a cut by somebody else would be signed as the server's.</remarks>
internal sealed class AuditRetention(Database database, SealKey key, DueSeals due, AuditTrail audit, ServerOptions options, TimeProvider time, ILogger<AuditRetention> logger) : BackgroundService
{
    private const int Batch = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);
    private long _refused;

    /// <summary>Removes everything that is due now, and answers how many entries that were.</summary>
    public async Task<long> RemoveAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var before = now - options.Lifetimes.Audit;
        await database.WriteAsync((session, stop) => session.ExecuteAsync("DELETE FROM statistics WHERE hour < $1", stop, before), cancellationToken);
        var (found, broken) = await due.FindAsync(before, cancellationToken);
        if (broken is not null)
        {
            logger.LogRemovalRefused(broken.Number);
            if (Interlocked.Exchange(ref _refused, broken.Number) != broken.Number)
                await audit.WriteAsync(new AuditEntry(Log.RemovalRefused) { Actor = "server", Detail = $"{{\"seal\":{broken.Number}}}" }, cancellationToken);
            return 0;
        }

        if (found is not { } newest) return 0;
        if (newest.Removed is null && !await MarkAsync(newest, now, cancellationToken)) return 0; // another node's

        var removed = await DeleteAsync("audit_events", "sequence", newest.LastSequence, cancellationToken);
        await DeleteAsync("audit_seals", "number", newest.Number - 1, cancellationToken);
        if (removed > 0) logger.LogRemoved(removed, newest.LastSequence);
        return removed;
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RemoveAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogRemovalFailed(e.GetType().Name);
            }
        }
    }

    // Marked first, and entered as an act of its own: a server that is killed between this and the deletion goes on at the next run.
    private async Task<bool> MarkAsync(AuditSeal seal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var marked = seal.Signed((await key.GetAsync(cancellationToken)).Key, now);
        return await database.WriteAsync(async (session, stop) =>
        {
            if (await session.ExecuteAsync("UPDATE audit_seals SET removed = $1, signature = $2 WHERE number = $3 AND removed IS NULL", stop, marked.Removed, marked.Signature, marked.Number) == 0) return false;
            await audit.WriteAsync(session, new AuditEntry(Log.Removed) { Actor = "server", Detail = $"{{\"through_seal\":{marked.Number},\"through_sequence\":{marked.LastSequence}}}" }, stop);
            return true;
        }, cancellationToken);
    }

    // A part after the other along the key, each from where the one before ended: what was just deleted stands in PostgreSQL's index until it is vacuumed, and a walk from the beginning would pass all of it each time.
    private async Task<long> DeleteAsync(string table, string key, long until, CancellationToken cancellationToken)
    {
        var end = $"SELECT MAX({key}) FROM (SELECT {key} FROM {table} WHERE {key} > $1 AND {key} <= $2 ORDER BY {key} LIMIT {Batch}) part";
        var delete = $"DELETE FROM {table} WHERE {key} > $1 AND {key} <= $2";
        for (long total = 0, from = long.MinValue; ;)
        {
            var after = from;
            var (rows, last) = await database.WriteAsync(async (session, stop) =>
            {
                var last = await session.Patient().FirstAsync(end, row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0), stop, after, until);
                return last is null ? (0, last) : (await session.ExecuteAsync(delete, stop, after, last), last);
            }, cancellationToken);
            if (last is null) return total;
            (total, from) = (total + rows, last.Value);
        }
    }
}
