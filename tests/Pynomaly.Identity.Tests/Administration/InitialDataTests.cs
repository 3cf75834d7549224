using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>What an installation begins with, and what an older one is given by a newer version.</summary>
public abstract class InitialDataTests(TestServer server) : ServerSuite(server)
{
    [Fact]
    public async Task A_scope_that_a_newer_version_brings_is_entered_once_and_stays_away_when_it_is_removed()
    {
        await ForgetAsync();

        await Server.RestartAsync();
        Assert.Equal($"[\"{TestServer.Issuer}\"] []", await Server.ScalarAsync("SELECT resources || ' ' || permissions FROM scopes WHERE name = $1", StandardScopes.Account));
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'ScopeEntered' AND detail = $1", StandardScopes.Account));

        await ExecuteAsync("DELETE FROM scopes WHERE name = $1", StandardScopes.Account);
        await Server.RestartAsync();
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM scopes WHERE name = $1", StandardScopes.Account));
    }

    [Fact]
    public async Task A_scope_that_the_operator_had_made_is_left_as_it_is()
    {
        await ForgetAsync();
        await ExecuteAsync("INSERT INTO scopes (name, display_name, resources) VALUES ($1, 'Ours', '[]')", StandardScopes.Account);

        Assert.False(await Server.Services.GetRequiredService<InitialData>().EnsureAsync(CancellationToken.None));

        Assert.Equal("Ours", await Server.ScalarAsync("SELECT display_name FROM scopes WHERE name = $1", StandardScopes.Account));
    }

    [Fact]
    public async Task Of_fifty_nodes_that_start_at_once_one_enters_it()
    {
        await ForgetAsync();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => Server.Services.GetRequiredService<InitialData>().EnsureAsync(CancellationToken.None))));

        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'ScopeEntered'"));
    }

    // As in a database that an older version left: without the scope, and without a word of it.
    private async Task ForgetAsync()
    {
        await ExecuteAsync("DELETE FROM scopes WHERE name = $1", StandardScopes.Account);
        await ExecuteAsync("DELETE FROM server_state WHERE name LIKE 'initial-scope:%'");
        await ExecuteAsync("DELETE FROM audit_events WHERE name = 'ScopeEntered'");
    }
}

public sealed class InitialDataTestsOnSqlite(SqliteServer server) : InitialDataTests(server), IClassFixture<SqliteServer>;

public sealed class InitialDataTestsOnPostgreSql(PostgreSqlServer server) : InitialDataTests(server), IClassFixture<PostgreSqlServer>;
