using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Storage;

/// <summary>A write is there when it returns, whole or not at all, and one bad write spoils no other.</summary>
public sealed class DatabaseTests
{
    private const string Add = "INSERT INTO server_state (name, number) VALUES ($1, $2)";
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<string> Providers => TestDatabase.Providers;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_a_write_returned_for_another_node_reads(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var other = database.AnotherNode();

        await database.Database.WriteAsync((session, stop) => session.ExecuteAsync(Add, stop, "told", 7L), None);

        Assert.Equal(7, await NumberAsync(other, "told"));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_write_that_fails_in_the_middle_leaves_nothing(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);

        await Assert.ThrowsAsync<InvalidOperationException>(() => database.Database.WriteAsync<bool>(async (session, stop) =>
        {
            await session.ExecuteAsync(Add, stop, "half", 1L);
            throw new InvalidOperationException("in the middle");
        }, None));

        Assert.Null(await NumberAsync(database.Database, "half"));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Of_many_writes_at_once_only_the_bad_ones_fail(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
        {
            try
            {
                return await database.Database.WriteAsync(async (session, stop) =>
                {
                    var rows = await session.ExecuteAsync(Add, stop, $"row-{i}", (long)i);
                    return i % 10 == 3 ? throw new InvalidOperationException("spoilt") : rows;
                }, None);
            }
            catch (InvalidOperationException)
            {
                return 0;
            }
        })));

        Assert.Equal(180, outcomes.Sum());
        for (var i = 0; i < 200; i++) Assert.Equal(i % 10 == 3 ? null : i, await NumberAsync(database.Database, $"row-{i}"));
    }

    [Fact]
    public async Task Writes_that_come_together_share_a_flush_to_disk()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        var before = database.Database.Commits;

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => database.Database.WriteAsync((session, stop) => session.ExecuteAsync(Add, stop, $"row-{i}", 0L), None)));

        Assert.InRange(database.Database.Commits - before, 1, 499);
    }

    [Theory]
    [InlineData("Sqlite", "Nonsense=1;Password=hunter2")]
    [InlineData("PostgreSql", "Hots=db;Password=hunter2")]
    public async Task A_malformed_connection_string_is_refused_without_repeating_it(string provider, string text)
    {
        await using var database = await TestDatabase.EmptyAsync("Sqlite");

        var refusal = Assert.Throws<ConfigurationException>(() => new Database(database.Options with { DatabaseProvider = provider, ConnectionString = text }));

        Assert.Contains("ConnectionStrings:Identity", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 5, 5)]
    [InlineData(";Command Timeout=60", 60, 5)]
    [InlineData(";CommandTimeout=7;Timeout=9", 7, 9)]
    public async Task A_statement_waits_for_PostgreSQL_5_seconds_or_as_long_as_the_connection_string_says(string more, int command, int connection)
    {
        await using var template = await TestDatabase.EmptyAsync("Sqlite");
        await using var database = new Database(template.Options with { DatabaseProvider = "PostgreSql", ConnectionString = $"Host=localhost;Database=identity{more}" });

        var builder = new Npgsql.NpgsqlConnectionStringBuilder(database.EntityConnectionString);

        Assert.Equal((command, connection), (builder.CommandTimeout, builder.Timeout));
    }

    private static async Task<long?> NumberAsync(Database database, string name)
    {
        await using var session = await database.ReadAsync(None);
        return await session.FirstAsync<long?>("SELECT number FROM server_state WHERE name = $1", row => row.GetInt64(0), None, name);
    }
}
