using Npgsql;
using Xunit;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>The throwaway cluster is what the other tests take it for: durable, and one database apart from the next.</summary>
public sealed class PostgreSqlClusterTests
{
    [Theory]
    [InlineData("fsync")]
    [InlineData("synchronous_commit")]
    [InlineData("full_page_writes")]
    public async Task The_cluster_is_as_durable_as_in_production(string setting)
    {
        Assert.SkipWhen(PostgreSqlCluster.WhyUnavailable is not null, PostgreSqlCluster.WhyUnavailable ?? "");

        Assert.Equal("on", await ScalarAsync(await PostgreSqlCluster.CreateDatabaseAsync(), $"SHOW {setting}"));
    }

    [Fact]
    public async Task Each_database_is_fresh()
    {
        Assert.SkipWhen(PostgreSqlCluster.WhyUnavailable is not null, PostgreSqlCluster.WhyUnavailable ?? "");
        var first = await PostgreSqlCluster.CreateDatabaseAsync();
        await ScalarAsync(first, "CREATE TABLE guests (name text); INSERT INTO guests VALUES ('first'); SELECT 'made'");

        var second = await PostgreSqlCluster.CreateDatabaseAsync();

        Assert.Equal("first", await ScalarAsync(first, "SELECT name FROM guests"));
        Assert.Equal(DBNull.Value, await ScalarAsync(second, "SELECT to_regclass('guests')::text"));
    }

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
