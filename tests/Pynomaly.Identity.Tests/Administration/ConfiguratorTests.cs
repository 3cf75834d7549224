using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>Applying a configuration: all of it or nothing, and what it takes away ends.</summary>
public abstract class ConfiguratorTests(TestServer server) : ServerSuite(server)
{
    private const string Secret = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

    [Fact]
    public async Task A_client_that_is_disabled_loses_its_tokens_at_once()
    {
        await ApplyAsync(Client(enabled: true));
        var machine = Server.Machine();
        var token = (await (await RequestAsync(machine)).TokensAsync()).AccessToken;
        Assert.True(await machine.IsActiveAsync(token));

        await ApplyAsync(Client(enabled: false));

        Assert.False(await machine.IsActiveAsync(token));
        await (await RequestAsync(machine)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Applying_twice_changes_nothing()
    {
        const string json = """{ "roles": [ { "name": "auditor", "permissions": ["view:audit"] } ] }""";
        await ApplyAsync(json);

        Assert.All(await ApplyAsync(json), change => Assert.False(change.IsChange));
    }

    [Theory]
    [InlineData("password1", "attackers try first")]
    [InlineData("grace", "at least 8")]
    public async Task A_password_in_a_file_obeys_the_same_rules_and_nothing_is_applied(string password, string said)
    {
        var json = $$"""{ "roles": [ { "name": "half-{{password}}", "permissions": ["view:audit"] } ], "users": [ { "username": "grace-{{password}}", "password": "{{password}}", "roles": ["viewer"] } ] }""";

        var failure = await Assert.ThrowsAsync<ConfigurationException>(() => ApplyAsync(json));

        Assert.Contains("users[0].password", failure.Message, StringComparison.Ordinal);
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM roles WHERE name = $1", $"half-{password}"));
    }

    private static string Client(bool enabled) => $$"""
        { "applications": [ { "client_id": "fleeting", "client_secret": "{{Secret}}", "token_endpoint_auth_method": "client_secret_post", "grant_types": ["client_credentials"],
          "response_types": [], "scope": "pynomaly_api", "enabled": {{(enabled ? "true" : "false")}} } ] }
        """;

    private static Task<HttpResponseMessage> RequestAsync(HttpClient machine) => machine.PostAsync("/connect/token",
        new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", "fleeting"), new("client_secret", Secret)]));

    private Task<IReadOnlyList<Change>> ApplyAsync(string json)
    {
        var file = new ConfigurationFile();
        file.Add("test.json", Encoding.UTF8.GetBytes(json));
        return Server.Services.GetRequiredService<Configurator>().ApplyAsync(file, "test", CancellationToken.None);
    }
}

public sealed class ConfiguratorTestsOnSqlite(SqliteServer server) : ConfiguratorTests(server), IClassFixture<SqliteServer>;

public sealed class ConfiguratorTestsOnPostgreSql(PostgreSqlServer server) : ConfiguratorTests(server), IClassFixture<PostgreSqlServer>;
