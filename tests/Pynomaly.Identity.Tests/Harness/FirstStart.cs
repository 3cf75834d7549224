using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Pynomaly.Identity.Server;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>What the first start of a server leaves: a database with its tables, and its keys. Made once a test process and database, and copied: pairs of keys and migrations cost more than most tests.</summary>
internal static class FirstStart
{
    private const string File = "identity.db";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // No test's clock stands before this. Keys that are younger than the clock of a class that waited for them would be those of the future, and how many classes wait depends on the machine.
    private static readonly DateTimeOffset Before = TimeProvider.System.GetUtcNow().AddMinutes(-5);

    private static readonly Lazy<Task<Made>> Sqlite = new(() => MakeAsync("Sqlite"));
    private static readonly Lazy<Task<Made>> PostgreSql = new(() => MakeAsync("PostgreSql"));

    /// <summary>Copies it into the directory, the keys into "keys" there, and answers the connection string.</summary>
    public static async Task<string> CopyAsync(string provider, string directory)
    {
        var made = await (provider == "Sqlite" ? Sqlite : PostgreSql).Value;
        CopyFiles(made.Directory, directory);
        return provider == "Sqlite" ? $"Data Source={Path.Combine(directory, File)}" : await PostgreSqlCluster.CreateDatabaseAsync(made.ConnectionString);
    }

    private static async Task<Made> MakeAsync(string provider)
    {
        var directory = Directory.CreateTempSubdirectory("pynomaly-first-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Leftovers.RemoveAsync(directory).Wait(TimeSpan.FromSeconds(5));
        var connection = provider == "Sqlite" ? $"Data Source={Path.Combine(directory, File)}" : await PostgreSqlCluster.CreateDatabaseAsync();
        if (provider != "Sqlite") connection = new NpgsqlConnectionStringBuilder(connection) { Pooling = false }.ConnectionString; // what is connected to cannot be copied
        Database database;
        await using (var app = ServerHost.Build([], builder =>
        {
            builder.WebHost.UseTestServer();
            builder.Configuration.Sources.Clear();
            builder.Configuration.AddInMemoryCollection(
            [
                new("Identity:Issuer", TestServer.Issuer), new("Identity:Database:Provider", provider), new("ConnectionStrings:Identity", connection),
                new("Identity:KeysDirectory", Path.Combine(directory, "keys")),
            ]);
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<TimeProvider>(new MovableClock(Before));
        }))
        {
            await ServerHost.PrepareAsync(app);
            database = app.Services.GetRequiredService<Database>();
        }

        Leftovers.ClearPool(database);
        return new Made(directory, connection);
    }

    private static void CopyFiles(string from, string to)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(to);
        else Directory.CreateDirectory(to, Private);
        foreach (var file in Directory.GetFiles(from)) System.IO.File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var directory in Directory.GetDirectories(from)) CopyFiles(directory, Path.Combine(to, Path.GetFileName(directory)));
    }

    private sealed record Made(string Directory, string ConnectionString);
}
