using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration.Importing;

/// <summary>Runs imports that were started in the console, after the answer has gone: how far they are is told by their rows. When the server stops, so do they, and can be resumed.</summary>
internal sealed class ImportWork(Imports imports, ILogger<ImportWork> logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<object, Task> _running = new();

    /// <summary>Starts one, and answers its id.</summary>
    /// <exception cref="AdministrationException">As of <see cref="Imports"/>.</exception>
    /// <exception cref="ConfigurationException">A file is not what it should be.</exception>
    public async Task<string> StartAsync(Operator who, ImportRequest request, CancellationToken cancellationToken)
    {
        var begun = await imports.BeginAsync(who, request, cancellationToken);
        // Each run by itself: one that is stopped and resumed here may have its end before and after it at once, and StopAsync waits for both.
        var run = new object();
        var task = new Task<Task>(() => RunAsync(run, begun), CancellationToken.None);
        _running[run] = task.Unwrap();
        task.Start(TaskScheduler.Default);
        return begun.Id;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running.Values).WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private async Task RunAsync(object run, BegunImport begun)
    {
        try
        {
            await begun.RunAsync(null, _stop.Token);
        }
        catch (Exception e) when (e is AdministrationException or ConfigurationException or OperationCanceledException)
        {
            // Stopped, taken over by another process, or a file that breaks off: the row says so.
        }
        catch (Exception e) when (e is DbException or TimeoutException or IOException or InvalidOperationException or FormatException)
        {
            Log.ImportBroke(logger, e, begun.Id);
        }
        finally
        {
            _running.TryRemove(run, out _);
        }
    }
}
