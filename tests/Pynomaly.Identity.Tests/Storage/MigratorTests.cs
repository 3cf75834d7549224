using Microsoft.EntityFrameworkCore;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.Storage;

/// <summary>An upgrade happens once, whole, and never backwards.</summary>
public sealed class MigratorTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<string> Providers => TestDatabase.Providers;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task The_first_start_makes_the_whole_schema(string provider)
    {
        await using var database = await TestDatabase.EmptyAsync(provider);

        await database.Migrator().PrepareAsync(None);

        Assert.Empty(await database.Migrator().PendingAsync(None));
        await using var session = await database.Database.ReadAsync(None);
        Assert.Equal(0, await session.FirstAsync("SELECT number FROM server_state WHERE name = 'changes'", row => row.GetInt64(0), None));
    }

    [Fact]
    public async Task Nobody_else_reads_the_files_of_the_database()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Modes are Unix's");
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await database.Database.WriteAsync((session, stop) => session.ExecuteAsync(ChangeFeed.BumpSql, stop), None);

        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(database.Database.File)!, "identity.db*"))
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_to_is_named()
    {
        await using var database = await TestDatabase.EmptyAsync("Sqlite");
        var file = Path.Combine(Path.GetDirectoryName(database.Database.File)!, "a file", "identity.db");
        await File.WriteAllTextAsync(Path.GetDirectoryName(file)!, "", None);
        await using var node = new Database(database.Options with { ConnectionString = $"Data Source={file}" });
        var migrator = new Migrator(node, new ContextFactory(node), database.Options, Microsoft.Extensions.Logging.Abstractions.NullLogger<Migrator>.Instance);

        var refusal = await Assert.ThrowsAsync<ConfigurationException>(() => migrator.PrepareAsync(None));

        Assert.Contains(Path.GetDirectoryName(file)!, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Of_several_nodes_that_start_at_once_one_migrates(string provider)
    {
        await using var database = await TestDatabase.EmptyAsync(provider);

        var applied = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            await using var node = database.AnotherNode();
            return await new Migrator(node, new ContextFactory(node), database.Options, Microsoft.Extensions.Logging.Abstractions.NullLogger<Migrator>.Instance).MigrateAsync(None);
        })));

        Assert.Single(applied, migrations => migrations.Count > 0);
        Assert.Empty(await database.Migrator().PendingAsync(None));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_database_that_is_newer_than_the_binary_is_refused_and_both_versions_are_named(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.ExecuteAsync("""INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('29991231235959_Tomorrow', '99.0.0')""");

        var refusal = await Assert.ThrowsAsync<ConfigurationException>(() => database.Migrator().PrepareAsync(None));

        Assert.Contains("29991231235959_Tomorrow", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(SchemaVersion.Sqlite[^1], refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_start_that_may_not_migrate_says_which_command_does(string provider)
    {
        await using var database = await TestDatabase.EmptyAsync(provider);

        var refusal = await Assert.ThrowsAsync<ConfigurationException>(() => database.Migrator(database.Options with { MigrateAtStart = false }).PrepareAsync(None));

        Assert.Contains("migrate", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sqlite", "PRAGMA journal_mode=DELETE", "journal_mode")]
    [InlineData("PostgreSql", "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$", "synchronous_commit")]
    public async Task A_database_that_may_lose_what_was_acknowledged_is_refused(string provider, string spoil, string setting)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.Database.DisposeAsync();
        Npgsql.NpgsqlConnection.ClearAllPools();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await database.ExecuteAsync(spoil);
        await using var node = database.AnotherNode();
        var migrator = new Migrator(node, new ContextFactory(node), database.Options, Microsoft.Extensions.Logging.Abstractions.NullLogger<Migrator>.Instance);

        var refusal = await Assert.ThrowsAsync<ConfigurationException>(() => migrator.PrepareAsync(None));

        Assert.Contains(setting, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task The_listed_migrations_are_those_of_the_folders_and_the_model_has_no_other(string provider)
    {
        await using var database = await TestDatabase.EmptyAsync(provider);
        await using var context = database.Contexts.CreateDbContext();

        Assert.Equal(context.Database.GetMigrations(), provider == "Sqlite" ? SchemaVersion.Sqlite : SchemaVersion.PostgreSql);
        Assert.False(context.Database.HasPendingModelChanges(), "The model changed: add a migration for both databases (tools/Migrations says how).");
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Keys_that_were_made_before_are_found_by_name_whatever_its_letters(string provider)
    {
        await using var database = await TestDatabase.EmptyAsync(provider);
        await using (var context = database.Contexts.CreateDbContext()) await context.Database.MigrateAsync("20261122190000_Orders", None);
        foreach (var name in new[] { "Nightly", "Übernacht" })
            await database.ExecuteAsync($"INSERT INTO api_keys (id, name, secret_hash, permissions, allowed_addresses, created, created_by) VALUES ('{name}', '{name}', 'x', '[]', '[]', 0, 'cli')");

        await database.Migrator().PrepareAsync(None);
        await using var session = await database.Database.ReadAsync(None);
        Assert.Equal("NIGHTLY", await NormalizedAsync("Nightly"));
        await ApiKeyNames.CompleteAsync(database.Database, None);

        Assert.Equal("NIGHTLY", await NormalizedAsync("Nightly"));
        Assert.Equal("ÜBERNACHT", await NormalizedAsync("Übernacht"));

        ValueTask<string?> NormalizedAsync(string id) => session.FirstAsync("SELECT normalized_name FROM api_keys WHERE id = $1", row => row.Text(0), None, id);
    }

    [Fact]
    public void Both_databases_have_the_same_migrations() => Assert.Equal(SchemaVersion.Sqlite, SchemaVersion.PostgreSql);
}
