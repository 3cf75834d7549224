using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tests.SelfService;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>What a configuration file over the network may cost at most.</summary>
public abstract class ConfigurationSizeTests(TestServer server) : ServerSuite(server)
{
    [Fact]
    public async Task More_plain_passwords_than_a_request_can_hash_are_refused_and_hashes_are_not()
    {
        var (token, name) = (await TokenAsync(), $"many-{Guid.NewGuid():N}");
        var hash = new Passwords(10).Hash(TestData.Password);

        var plan = await (await Server.AdminAsync("POST", "/configuration/plan", token, Users(name, 101, TestData.Password))).ProblemAsync(HttpStatusCode.BadRequest);
        var problem = await (await Server.AdminAsync("POST", "/configuration", token, Users(name, 101, TestData.Password))).ProblemAsync(HttpStatusCode.BadRequest);
        var hashed = await Server.AdminAsync("POST", "/configuration/plan", token, Users(name, 101, hash));
        var fewer = await Server.AdminAsync("POST", "/configuration/plan", token, Users(name, 100, TestData.Password));
        var here = await PlanAsync(Users(name, 101, TestData.Password)); // at the command line nobody waits for an answer

        Assert.Equal("users[100].password", problem.GetProperty("errors")[0].GetProperty("field").GetString());
        Assert.Equal("users[100].password", plan.GetProperty("errors")[0].GetProperty("field").GetString());
        Assert.Contains("more than 100 new people come with a plain password", problem.GetProperty("errors")[0].GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, 101), (hashed.StatusCode, fewer.StatusCode, here.Count));
        Assert.Equal(0L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM users WHERE user_name = $1", $"{name}-0"), CultureInfo.InvariantCulture));
    }

    private static string Users(string name, int count, string password) =>
        new JsonObject { ["users"] = new JsonArray([.. Enumerable.Range(0, count).Select(i => (JsonNode)new JsonObject { ["username"] = $"{name}-{i}", ["password"] = password })]) }.ToJsonString();

    private async Task<string> TokenAsync()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true, "owner");
        return (await Server.TokensAsync(await AddClientAsync(AdminWalk.Tool), person, "openid administration")).AccessToken;
    }

    private Task<IReadOnlyList<Change>> PlanAsync(string json)
    {
        var file = new ConfigurationFile();
        file.Add("test.json", Encoding.UTF8.GetBytes(json));
        return Server.Services.GetRequiredService<Configurator>().PlanAsync(Operator.CommandLine, file, CancellationToken.None);
    }
}

/// <inheritdoc />
public sealed class ConfigurationSizeTestsOnSqlite(SqliteServer server) : ConfigurationSizeTests(server), IClassFixture<SqliteServer>;

/// <inheritdoc />
public sealed class ConfigurationSizeTestsOnPostgreSql(PostgreSqlServer server) : ConfigurationSizeTests(server), IClassFixture<PostgreSqlServer>;
