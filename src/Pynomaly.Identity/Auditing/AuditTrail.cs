using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Auditing;

/// <summary>The audit trail: a row in the same transaction as the change. Tokens issued without a write of their own, and refusals that change nothing, are counted and entered a little later.</summary>
/// <remarks>What is counted (client credentials, refreshes, refusals) changes no account; losing the last seconds of a count at a crash loses no acknowledged change.</remarks>
public sealed partial class AuditTrail(Database database, TimeProvider time, ILogger<AuditTrail> logger, IHttpContextAccessor? request = null) : BackgroundService
{
    private const string InsertSql = """
        INSERT INTO audit_events (at, event_id, name, actor, user_id, client_id, session_id, address, correlation_id, detail, salt, digest)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """;

    private const string Server = "server";
    private const int Distinct = 10_000;
    private const int DistinctRefusals = 200;
    private const int FlushesOfRefusals = 12; // once a minute
    private static readonly TimeSpan Flush = TimeSpan.FromSeconds(5);
    private ConcurrentDictionary<AuditEntry, StrongBox> _counts = new();
    private ConcurrentDictionary<AuditEntry, StrongBox> _refusals = new();

    /// <summary>Enters the event in the caller's transaction.</summary>
    public async ValueTask WriteAsync(SqlSession session, AuditEntry entry, CancellationToken cancellationToken)
    {
        entry = WithRequest(entry);
        var (salt, digest) = PersonalParts.Of(entry.Address, entry.Detail);
        await session.ExecuteAsync(InsertSql, cancellationToken, time.GetUtcNow(), (long)entry.Event.Id, entry.Event.Name, entry.Actor, entry.UserId, entry.ClientId,
            entry.SessionId, entry.Address, entry.CorrelationId, entry.Detail, salt, digest);
        await SecurityEvents.AddAsync(session, entry, time.GetUtcNow(), cancellationToken);
    }

    /// <summary>Enters the event in a transaction of its own: for refusals and sign-ins, where nothing else is written.</summary>
    public Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        database.WriteAsync(async (session, stop) =>
        {
            await WriteAsync(session, entry, stop);
            return true;
        }, cancellationToken);

    /// <summary>Enters the event with Entity Framework's next save.</summary>
    public void Add(IdentityContext context, AuditEntry entry)
    {
        entry = WithRequest(entry);
        var (salt, digest) = PersonalParts.Of(entry.Address, entry.Detail);
        context.AuditEvents.Add(new AuditEvent
        {
            At = time.GetUtcNow(), EventId = entry.Event.Id, Name = entry.Event.Name ?? "", Actor = entry.Actor, UserId = entry.UserId, ClientId = entry.ClientId,
            SessionId = entry.SessionId, Address = entry.Address, CorrelationId = entry.CorrelationId, Detail = entry.Detail, Salt = salt, Digest = digest,
        });
    }

    /// <summary>Counts the event: entries that are equal become one row with their number within a few seconds.</summary>
    public void Count(AuditEntry entry) => Count(entry, 1);

    /// <summary>Counts a refusal that anybody can bring about, as often as they like: equal ones become one row a minute; and when there are many kinds of them, one row that tells of neither whom nor where. So nobody fills the trail by asking.</summary>
    /// <remarks>An address is given as what counts as one caller. A detail is a JSON object with few possible values.</remarks>
    public void CountRefusal(AuditEntry entry) => CountRefusal(entry, 1);

    /// <summary>Enters what was counted so far. When the database fails, it is counted on and entered with the next.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await FlushCountsAsync(cancellationToken);
        await FlushRefusalsAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Flush);
        try
        {
            for (var tick = 1; await timer.WaitForNextTickAsync(stoppingToken); tick++) await TryFlushAsync(tick % FlushesOfRefusals == 0 ? FlushAsync : FlushCountsAsync);
        }
        catch (OperationCanceledException)
        {
            await TryFlushAsync(FlushAsync);
        }
    }

    private Task FlushCountsAsync(CancellationToken cancellationToken) => EnterAsync(Interlocked.Exchange(ref _counts, new()), Count, cancellationToken);

    private Task FlushRefusalsAsync(CancellationToken cancellationToken) => EnterAsync(Interlocked.Exchange(ref _refusals, new()), CountRefusal, cancellationToken);

    private async Task EnterAsync(ConcurrentDictionary<AuditEntry, StrongBox> counts, Action<AuditEntry, long> again, CancellationToken cancellationToken)
    {
        if (counts.IsEmpty) return;
        try
        {
            await database.WriteAsync(async (session, stop) =>
            {
                foreach (var (entry, count) in counts) await WriteAsync(session, entry with { Detail = $"{{\"times\":{count.Value}{(entry.Detail is null ? "}" : $",{entry.Detail.AsSpan(1)}")}" }, stop);
                return true;
            }, cancellationToken);
        }
        catch
        {
            foreach (var (entry, count) in counts) again(entry, count.Value);
            throw;
        }
    }

    private void CountRefusal(AuditEntry entry, long times)
    {
        var refusals = _refusals;
        if (!refusals.TryGetValue(entry, out var count)) count = refusals.GetOrAdd(refusals.Count < DistinctRefusals ? entry : new AuditEntry(entry.Event), _ => new StrongBox());
        Interlocked.Add(ref count.Value, times);
    }

    private void Count(AuditEntry entry, long times)
    {
        var counts = _counts;
        if (counts.TryGetValue(entry, out var count) || (counts.Count < Distinct && (count = counts.GetOrAdd(entry, _ => new StrongBox())) is not null)) Interlocked.Add(ref count.Value, times);
        else CountDropped(logger);
    }

    // From where, and in which request: filled in here where the act does not say, so that no act forgets it. What the server does by itself has no address.
    private AuditEntry WithRequest(AuditEntry entry)
    {
        if (request?.HttpContext is not { } context || (entry.CorrelationId is not null && entry.Address is not null)) return entry;
        return entry with
        {
            CorrelationId = entry.CorrelationId ?? context.TraceIdentifier,
            Address = entry.Address ?? (entry.Actor == Server ? null : context.Connection.RemoteIpAddress?.ToString()),
        };
    }

    private async Task TryFlushAsync(Func<CancellationToken, Task> flush)
    {
        try
        {
            await flush(CancellationToken.None);
        }
        catch (Exception e)
        {
            FlushFailed(logger, e.GetType().Name);
        }
    }

    [LoggerMessage(3001, LogLevel.Error, "Counted events could not be entered in the audit trail ({Reason})", EventName = "AuditFlushFailed")]
    private static partial void FlushFailed(ILogger logger, string reason);

    [LoggerMessage(3002, LogLevel.Warning, "Too many distinct events in a few seconds; one was not counted in the audit trail", EventName = "AuditCountDropped")]
    private static partial void CountDropped(ILogger logger);

    private sealed class StrongBox
    {
        public long Value;
    }
}
