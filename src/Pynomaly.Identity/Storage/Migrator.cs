using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Storage;

/// <summary>Brings the database to this binary's schema, one process at a time, and refuses a database that is newer.</summary>
/// <remarks>What is up to date is seen by one plain query: Entity Framework is not loaded for it.</remarks>
public sealed partial class Migrator(Database database, ContextFactory contexts, ServerOptions options, ILogger<Migrator> logger)
{
    private const long AdvisoryLock = 0x50796E4964; // "PynId"

    /// <summary>Checks durability and schema at start; applies pending migrations when the options allow it.</summary>
    /// <exception cref="ConfigurationException">The database is newer than the binary, not up to date, not durable, or not reachable as configured.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (database.IsSqlite && !File.Exists(database.File))
        {
            if (!options.MigrateAtStart) throw new ConfigurationException($"The database {database.File} does not exist. Run the command migrate, or set Identity:Database:MigrateAtStart to true.");
            await MigrateAsync(cancellationToken);
        }
        else if (await PendingAsync(cancellationToken) is { Count: > 0 } pending)
        {
            if (!options.MigrateAtStart) throw new ConfigurationException($"The database lacks the migration {pending[0]}. Run the command migrate, or set Identity:Database:MigrateAtStart to true.");
            await MigrateAsync(cancellationToken);
        }

        await RequireDurableAsync(cancellationToken);
        // At every start: a process killed right after its migration left none.
        await database.WriteAsync((session, stop) => session.ExecuteAsync("INSERT INTO server_state (name, number) VALUES ('changes', 0) ON CONFLICT (name) DO NOTHING", stop), cancellationToken);
    }

    /// <summary>Applies pending migrations under a lock; several processes may try at once.</summary>
    /// <returns>The migrations that this call applied.</returns>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken)
    {
        if (database.IsSqlite) CreateDirectory();
        await using var turn = database.IsSqlite ? await FileLockAsync(cancellationToken) : await PostgresLockAsync(cancellationToken);
        var pending = await PendingAsync(cancellationToken);
        if (pending.Count == 0) return pending;

        Migrating(logger, pending[^1]);
        if (database.IsSqlite) CreateFile();
        await using var context = contexts.CreateDbContext();
        context.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        if (database.IsSqlite)
        {
            // Our lock is held: a lock that a killed process left in the file is nobody's.
            await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL; DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
        }

        await context.Database.MigrateAsync(cancellationToken);
        return pending;
    }

    /// <summary>The migrations that the database lacks, oldest first.</summary>
    /// <exception cref="ConfigurationException">The database has a migration that this binary does not know.</exception>
    public async Task<IReadOnlyList<string>> PendingAsync(CancellationToken cancellationToken)
    {
        var known = database.IsSqlite ? SchemaVersion.Sqlite : SchemaVersion.PostgreSql;
        var applied = await AppliedAsync(cancellationToken);
        if (applied.Except(known, StringComparer.Ordinal).LastOrDefault() is { } stranger)
            throw new ConfigurationException($"The database stands at migration {stranger}, which this binary does not know: its newest is {known[^1]}. Start the newer version of the server, or restore a backup made before the upgrade.");
        return known.Except(applied, StringComparer.Ordinal).ToArray();
    }

    private async Task<List<string>> AppliedAsync(CancellationToken cancellationToken)
    {
        if (database.IsSqlite && !File.Exists(database.File)) return [];
        await using var session = await database.ReadAsync(cancellationToken);
        var exists = database.IsSqlite
            ? "SELECT COUNT(*) FROM sqlite_master WHERE name = '__EFMigrationsHistory'"
            : "SELECT COUNT(*) FROM information_schema.tables WHERE table_name = '__EFMigrationsHistory' AND table_schema = current_schema()";
        if (await session.FirstAsync(exists, row => row.GetInt64(0), cancellationToken) == 0) return [];
        return await session.ListAsync("SELECT \"MigrationId\" FROM \"__EFMigrationsHistory\" ORDER BY \"MigrationId\"", row => row.GetString(0), cancellationToken);
    }

    private async Task RequireDurableAsync(CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        async Task Require(string query, string name, Func<string, bool> good, string wanted)
        {
            var value = await session.FirstAsync(query, row => Convert.ToString(row.GetValue(0), System.Globalization.CultureInfo.InvariantCulture)!, cancellationToken) ?? "";
            if (!good(value)) throw new ConfigurationException($"The database's {name} is {value}, so an acknowledged write could be lost. Set it to {wanted}.");
        }

        if (database.IsSqlite)
        {
            await Require("PRAGMA journal_mode", "journal_mode", mode => mode == "wal", "wal, on a file system that supports it (no network share)");
            await Require("PRAGMA synchronous", "synchronous", level => level is "2" or "3", "FULL");
        }
        else
        {
            await Require("SHOW synchronous_commit", "synchronous_commit", level => level != "off", "on");
            await Require("SHOW fsync", "fsync", level => level == "on", "on");
        }
    }

    private void CreateDirectory()
    {
        var directory = Path.GetDirectoryName(database.File)!;
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
            else Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritable();
        }
    }

    // Names, addresses and password hashes are nobody else's business; SQLite gives its other files the mode of this one.
    private void CreateFile()
    {
        if (File.Exists(database.File)) return;
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(database.File!, options);
    }

    private async Task<IAsyncDisposable> FileLockAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(database.File + ".migrating", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (attempt < 600)
            {
                await Task.Delay(100, cancellationToken);
            }
            catch (UnauthorizedAccessException)
            {
                throw NotWritable();
            }
        }
    }

    private ConfigurationException NotWritable() =>
        new($"The directory {Path.GetDirectoryName(database.File)} cannot be made or written to. Give the server's user that right, or point ConnectionStrings:Identity elsewhere.");

    private async Task<IAsyncDisposable> PostgresLockAsync(CancellationToken cancellationToken)
    {
        var connection = (NpgsqlConnection)database.NewConnection();
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT pg_advisory_lock($1)", connection) { CommandTimeout = 600 };
        command.Parameters.Add(new NpgsqlParameter { Value = AdvisoryLock });
        await command.ExecuteNonQueryAsync(cancellationToken);
        return connection; // closing it lets go
    }

    [LoggerMessage(2002, LogLevel.Information, "Bringing the database to migration {Migration}", EventName = "Migrating")]
    private static partial void Migrating(ILogger logger, string migration);
}
