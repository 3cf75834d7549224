using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.SelfService;

/// <summary>Deletes the accounts whose time has come, every few minutes, on whichever node comes first.</summary>
public sealed class DeletionJob(Deletion deletion, ILogger<DeletionJob> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await deletion.DeleteDueAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogDeletionFailed(e.GetType().Name);
            }
        }
    }
}
