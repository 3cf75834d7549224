using System.Diagnostics;
using Npgsql;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>A throwaway PostgreSQL cluster, one a test process, started by the first test that asks and gone with the process.</summary>
/// <remarks>
/// Durable as in production (fsync and synchronous_commit on); reached over a unix socket in a directory of its own, so it neither
/// takes a port nor meets another cluster. What keeps and ends it is <c>postgresql-cluster.sh</c> beside this file.
/// </remarks>
public static class PostgreSqlCluster
{
    private const string Account = "postgres";
    private static readonly string? Binaries = FindBinaries();
    private static readonly Lazy<Task<string>> Directory = new(StartAsync);
    private static int _databases;

    // As many classes run at once as there are processors, half of them here, and some let fifty do something at once on each of two nodes.
    private static int Connections => Math.Clamp(100 * Environment.ProcessorCount, 1000, 4000);

    /// <summary>Why there is no PostgreSQL here, in words for <c>Assert.SkipWhen</c>; null where there is one, and null in CI, where it must be there.</summary>
    public static string? WhyUnavailable => InContinuousIntegration ? null : Obstacle;

    private static bool InContinuousIntegration => Environment.GetEnvironmentVariable("CI") is "true" or "1";

    private static string? Obstacle =>
        OperatingSystem.IsWindows() ? "the PostgreSQL tests start a cluster on Linux and macOS only"
        : Binaries is null ? "PostgreSQL is not installed: no initdb in /usr/lib/postgresql/*/bin or on the PATH"
        : null;

    /// <summary>Makes an empty database, or a copy of one that nobody is connected to, and gives its connection string.</summary>
    public static async Task<string> CreateDatabaseAsync(string? copyOf = null)
    {
        if (Obstacle is { } obstacle) throw new InvalidOperationException(obstacle);

        var directory = await Directory.Value;
        var name = $"test_{Interlocked.Increment(ref _databases)}";

        await using var connection = new NpgsqlConnection(ConnectionString(directory, "postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}{(copyOf is null ? "" : $" TEMPLATE {new NpgsqlConnectionStringBuilder(copyOf).Database}")}", connection);
        await Until.TrueAsync(async () =>
        {
            try
            {
                return await command.ExecuteNonQueryAsync() != 0;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ObjectInUse)
            {
                return false; // the one who made it has hung up, and its backend has yet to end
            }
        }, $"{name} was made");

        return ConnectionString(directory, name);
    }

    private static string ConnectionString(string directory, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = directory,
        Username = Account,
        Database = database,
        MaxPoolSize = 50,
        Timeout = 120, // fifty at once wait for one row and for a connection as long as a starved machine takes
        CommandTimeout = 120,
        Pooling = database != "postgres",
    }.ConnectionString;

    private static async Task<string> StartAsync()
    {
        var script = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Harness", "postgresql-cluster.sh"));
        var start = new ProcessStartInfo { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };

        // PostgreSQL refuses to run as root.
        string[] command = [.. Environment.UserName == "root" ? ["runuser", "-u", Account, "--"] : Array.Empty<string>(), "sh", "-c", script, "sh", Binaries!, $"{Connections}"];
        start.FileName = command[0];
        foreach (var argument in command[1..]) start.ArgumentList.Add(argument);

        var shell = Process.Start(start)!;
        var errors = shell.StandardError.ReadToEndAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Stop(shell);

        var line = await shell.StandardOutput.ReadLineAsync();
        if (line?.StartsWith("ready ", StringComparison.Ordinal) != true)
        {
            throw new InvalidOperationException($"PostgreSQL did not start: {await errors}");
        }

        return line["ready ".Length..];
    }

    private static void Stop(Process shell)
    {
        shell.StandardInput.Close();
        shell.WaitForExit(TimeSpan.FromSeconds(10));
    }

    private static string? FindBinaries()
    {
        var packaged = new DirectoryInfo("/usr/lib/postgresql");
        IEnumerable<string> versions = packaged.Exists
            ? packaged.GetDirectories().OrderByDescending(d => int.TryParse(d.Name, out var version) ? version : 0).Select(d => Path.Combine(d.FullName, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

        return versions.Concat(path).FirstOrDefault(directory => File.Exists(Path.Combine(directory, "initdb")));
    }
}
