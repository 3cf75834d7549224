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

        var removed = await DeleteAsync("DELETE FROM audit_events WHERE sequence IN (SELECT sequence FROM audit_events WHERE sequence <= $1 ORDER BY sequence LIMIT $2)", newest.LastSequence, cancellationToken);
        await DeleteAsync("DELETE FROM audit_seals WHERE number IN (SELECT number FROM audit_seals WHERE number < $1 ORDER BY number LIMIT $2)", newest.Number, cancellationToken);
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

    private async Task<long> DeleteAsync(string sql, long until, CancellationToken cancellationToken)
    {
        for (long total = 0; ;)
        {
            var rows = await database.WriteAsync((session, stop) => session.ExecuteAsync(sql, stop, until, (long)Batch), cancellationToken);
            total += rows;
            if (rows < Batch) return total;
        }
    }
}
