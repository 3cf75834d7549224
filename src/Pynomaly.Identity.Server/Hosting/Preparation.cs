using System.Data.Common;
using Microsoft.Data.Sqlite;
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
            await services.PreparePynomalyIdentityAsync(cancellationToken);
            // On SQLite this finds a read-only file now, not at the first sign-in; on both it finds a read-only standby.
            await database.WriteAsync((session, stop) => session.ExecuteAsync("UPDATE server_state SET number = number WHERE name = 'changes'", stop), cancellationToken);
            _isDone = true;
            return null;
        }
        catch (SqliteException e)
        {
            throw new ConfigurationException($"The database {database.File} cannot be used: {e.Message} {Remedy(e.SqliteErrorCode)}");
        }
        catch (DbException e) when (e.SqlState?.Length == 5 && e.SqlState[..2] is "28" or "3D" or "42") // wrong password, no such database, not allowed
        {
            throw new ConfigurationException($"The database refuses this server: {e.Message}. Check ConnectionStrings:Identity and the rights of its user.");
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            return e.Message;
        }
    }

    // https://www.sqlite.org/rescode.html
    private static string Remedy(int code) => code switch
    {
        5 or 6 => "Another process holds it; end that one first.",
        8 => "Give the server's user the right to write the file and its directory.",
        11 or 26 => "Restore it from a backup; the server never replaces a damaged database by a new one.",
        13 => "The disk is full.",
        14 => "Check that the directory exists and that the server's user may write there.",
        _ => "Check the file and its directory.",
    };
}
