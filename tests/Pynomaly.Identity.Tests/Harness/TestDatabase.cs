using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Xunit;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>A database of the test's own, on either provider, with the parts of the Storage room on it; gone when disposed.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("pynomaly-test-").FullName;

    private TestDatabase(string provider, string? connectionString)
    {
        Options = new ServerOptions
        {
            Issuer = "https://id.example.org",
            DatabaseProvider = provider,
            ConnectionString = connectionString ?? $"Data Source={Path.Combine(_directory, "identity.db")}",
            KeysDirectory = Path.Combine(_directory, "keys"),
        };
        Database = new Database(Options);
    }

    /// <summary>Both databases, for a theory.</summary>
    public static TheoryData<string> Providers => ["Sqlite", "PostgreSql"];

    /// <summary>Settings that lead to this database.</summary>
    public ServerOptions Options { get; }

    /// <summary>One node's access to it.</summary>
    public Database Database { get; }

    /// <summary>Entity Framework on it.</summary>
    public ContextFactory Contexts => new(Database);

    /// <summary>An empty database, without tables. Skips the test where the provider is not installed.</summary>
    public static async Task<TestDatabase> EmptyAsync(string provider)
    {
        if (provider == "Sqlite") return new TestDatabase(provider, null);
        Assert.SkipWhen(PostgreSqlCluster.WhyUnavailable is not null, PostgreSqlCluster.WhyUnavailable ?? "");
        return new TestDatabase(provider, await PostgreSqlCluster.CreateDatabaseAsync());
    }

    /// <summary>A database with this binary's schema.</summary>
    public static async Task<TestDatabase> CreateAsync(string provider)
    {
        var database = await EmptyAsync(provider);
        await database.Migrator().PrepareAsync(CancellationToken.None);
        return database;
    }

    /// <summary>What brings it to this binary's schema.</summary>
    public Migrator Migrator(ServerOptions? options = null) => new(Database, Contexts, options ?? Options, NullLogger<Migrator>.Instance);

    /// <summary>Another node on the same database; the caller disposes it.</summary>
    public Database AnotherNode() => new(Options);

    /// <summary>Runs a statement past the server's own code.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using System.Data.Common.DbConnection connection = Database.IsSqlite ? new SqliteConnection(Options.ConnectionString + ";Pooling=False") : new NpgsqlConnection(Options.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        Leftovers.ClearPool(Database);
        await Leftovers.RemoveAsync(_directory);
    }
}
