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
    private readonly ConcurrentDictionary<string, Task> _running = new(StringComparer.Ordinal);

    /// <summary>Starts one, and answers its id.</summary>
    /// <exception cref="AdministrationException">As of <see cref="Imports"/>.</exception>
    /// <exception cref="ConfigurationException">A file is not what it should be.</exception>
    public async Task<string> StartAsync(Operator who, ImportRequest request, CancellationToken cancellationToken)
    {
        var begun = await imports.BeginAsync(who, request, cancellationToken);
        _running[begun.Id] = Task.Run(() => RunAsync(begun), CancellationToken.None);
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

    private async Task RunAsync(BegunImport begun)
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
            _running.TryRemove(begun.Id, out _);
        }
    }
}
