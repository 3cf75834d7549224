using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Sealing;

/// <summary>Seals the audit trail: every few seconds all settled entries become one signed link of the chain. One node at a time: the number of the next seal is given once.</summary>
/// <remarks>What is sealed is counted into the statistics in the same transaction, and handed on to whoever listens in this process. The trail itself is written as before, so no request waits.</remarks>
internal sealed class Sealer(Database database, SealKey key, SealAnchor anchor, ServerOptions options, TimeProvider time, ILogger<Sealer> logger) : BackgroundService
{
    /// <summary>How many entries a seal has at most.</summary>
    public const int Most = 10_000;

    private const string UnsealedSql = $"SELECT {AuditRows.Columns} FROM audit_events WHERE sequence > $1 AND sequence <= $2 ORDER BY sequence LIMIT $3";
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private readonly SettledEntries _settled = new();
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Raised with the entries that this node has sealed, in their order.</summary>
    public event Action<IReadOnlyList<AuditEvent>>? Sealed;

    /// <summary>Seals what is settled now, a seal's worth at most. Answers how many entries that were; 0 also when another node was first.</summary>
    public async Task<int> SealAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return await SealNextAsync(cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Audit.SealInterval == TimeSpan.Zero) return;
        await Task.Yield(); // nothing of this holds up the start
        try
        {
            using var timer = new PeriodicTimer(options.Audit.SealInterval);
            while (await timer.WaitForNextTickAsync(stoppingToken))
                while (await TrySealAsync(stoppingToken) == Most) await Task.Delay(TimeSpan.FromMilliseconds(50), stoppingToken); // a long backlog leaves others room
        }
        catch (OperationCanceledException)
        {
            using var grace = new CancellationTokenSource(Grace);
            await TrySealAsync(grace.Token); // what the last requests entered
        }
    }

    private async Task<int> SealNextAsync(CancellationToken cancellationToken)
    {
        AuditSeal? last;
        List<AuditEvent> entries;
        await using (var session = await database.ReadAsync(cancellationToken))
        {
            last = await SealRows.LastAsync(session, cancellationToken);
            if (last is not null) await anchor.MoveAsync(session, last, key, cancellationToken); // another node's seals too
            var settled = await _settled.LastAsync(session, cancellationToken);
            entries = await UnsealedAsync(session, last, settled, cancellationToken);
            if (entries.Count > 0 && await LateDigests.AddAsync(database, entries, cancellationToken)) entries = await UnsealedAsync(session, last, entries[^1].Sequence, cancellationToken);
        }

        if (entries.Count == 0) return 0;
        var seal = await MakeAsync(last, entries, cancellationToken);
        var won = await database.WriteAsync(async (session, stop) =>
        {
            if (!await SealRows.AddAsync(session, seal, stop)) return false;
            await StatisticRows.CountAsync(session, entries, stop);
            return true;
        }, cancellationToken);
        if (!won) return 0;
        await using (var session = await database.ReadAsync(cancellationToken)) await anchor.MoveAsync(session, seal, key, cancellationToken);
        Sealed?.Invoke(entries);
        return entries.Count;
    }

    private async Task<AuditSeal> MakeAsync(AuditSeal? last, List<AuditEvent> entries, CancellationToken cancellationToken)
    {
        using var hash = new SealHash(last?.Hash ?? "");
        foreach (var entry in entries) hash.Add(entry);
        var signing = await key.GetAsync(cancellationToken);
        var seal = new AuditSeal
        {
            Number = (last?.Number ?? 0) + 1, FirstSequence = (last?.LastSequence ?? 0) + 1, LastSequence = entries[^1].Sequence, Count = entries.Count,
            Hash = hash.End(), At = time.GetUtcNow(), KeyId = signing.Kid, Signature = "",
        };
        return seal.Signed(signing.Key);
    }

    private static ValueTask<List<AuditEvent>> UnsealedAsync(SqlSession session, AuditSeal? last, long settled, CancellationToken cancellationToken) =>
        session.ListAsync(UnsealedSql, AuditRows.Map, cancellationToken, last?.LastSequence ?? 0, settled, (long)Most);

    private async Task<int> TrySealAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await SealAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogSealFailed(e.GetType().Name);
            return 0;
        }
    }
}
