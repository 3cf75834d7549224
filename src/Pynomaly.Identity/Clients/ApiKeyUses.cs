using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Clients;

/// <summary>When each API key was last used, and from where: noted in memory, and entered together every few seconds, so that an exchange writes nothing.</summary>
/// <remarks>A crash loses the last seconds of it, which is why nothing is decided by it.</remarks>
public sealed class ApiKeyUses(Database database, ILogger<ApiKeyUses> logger) : BackgroundService
{
    private const int Most = 100_000;
    private const string Sql = "UPDATE api_keys SET last_used = $1, last_used_address = $2 WHERE id = $3 AND (last_used IS NULL OR last_used < $1)";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private ConcurrentDictionary<string, (DateTimeOffset At, IPAddress? Address)> _uses = new(StringComparer.Ordinal);

    /// <summary>Notes a use.</summary>
    internal void Note(string id, DateTimeOffset at, IPAddress? address)
    {
        var uses = _uses;
        if (uses.Count < Most || uses.ContainsKey(id)) uses[id] = (at, address);
    }

    /// <summary>Enters what was noted so far.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_uses.IsEmpty) return;
        var uses = Interlocked.Exchange(ref _uses, new(StringComparer.Ordinal));
        foreach (var batch in uses.OrderBy(use => use.Key, StringComparer.Ordinal).Chunk(1000)) // one order on every node: none waits for another in a ring
        {
            await database.WriteAsync(async (sql, stop) =>
            {
                foreach (var (id, (at, address)) in batch) await sql.ExecuteAsync(Sql, stop, at, address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4().ToString() : address?.ToString(), id);
                return true;
            }, cancellationToken);
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await TryFlushAsync();
        }
        catch (OperationCanceledException)
        {
            await TryFlushAsync();
        }
    }

    private async Task TryFlushAsync()
    {
        try
        {
            await FlushAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            logger.LogKeyUsesNotWritten(e.GetType().Name);
        }
    }
}
