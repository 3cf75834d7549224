using System.Data.Common;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Server.Hosting;

/// <summary>The work between the settings and the first request. What is wrong for good stops the start; a PostgreSQL that is away is waited for.</summary>
/// <remarks>Until it is done the server answers 503 (/health/live excepted) and tries again with growing pauses.</remarks>
internal sealed class Preparation(IServiceProvider services, Database database, IHostApplicationLifetime lifetime, ILogger<Preparation> logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private volatile bool _isDone;

    /// <summary>True when requests can be answered.</summary>
    public bool IsDone => _isDone;

    /// <summary>Done last, each time before the first request is answered.</summary>
    public Func<CancellationToken, Task>? Then { get; set; }

    /// <summary>Tries once. Returns without having done it when the database is away for now.</summary>
    /// <exception cref="ConfigurationException">The server must not start.</exception>
    public async Task TryAsync(CancellationToken cancellationToken)
    {
        if (await TryOnceAsync(cancellationToken) is { } reason) Log.StartWithoutDatabase(logger, reason);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var pause = FirstPause; !_isDone; pause = pause + pause < LongestPause ? pause + pause : LongestPause)
        {
            try
            {
                await Task.Delay(pause, stoppingToken);
                if (await TryOnceAsync(stoppingToken) is null) Log.DatabaseArrived(logger);
            }
            catch (ConfigurationException e)
            {
                Log.StartRefused(logger, e.Message);
                Environment.ExitCode = 1;
                lifetime.StopApplication();
                return;
            }
        }
    }

    private async Task<string?> TryOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            await DatabaseTroubles.TranslateAsync(database, () => PrepareAsync(cancellationToken));
            _isDone = true;
            return null;
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            return e.Message;
        }
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await services.PreparePynomalyIdentityAsync(cancellationToken);
        // On SQLite this finds a read-only file now, not at the first sign-in; on PostgreSQL a standby.
        await database.WriteAsync((session, stop) => session.ExecuteAsync("UPDATE server_state SET number = number WHERE name = 'changes'", stop), cancellationToken);
        if (Then is not null) await Then(cancellationToken);
    }
}
