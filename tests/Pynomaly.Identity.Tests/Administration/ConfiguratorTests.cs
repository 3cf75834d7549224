using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
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

    [Fact]
    public async Task A_seed_in_a_file_becomes_an_authenticator_app_and_is_written_nowhere_in_clear()
    {
        const string key = "JBSWY3DPEHPK3PXP";
        await ApplyAsync($$"""{ "users": [ { "username": "tess", "password": "{{TestData.Password}}", "totp_secret": "{{key}}" } ] }""");
        Server.Apps.Scan("tess", key);
        using var browser = Server.Browser();

        var answer = await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web), "tess");

        Assert.True(CodeFlow.Answer(answer).ContainsKey("code"));
        var kept = (string)(await Server.ScalarAsync("SELECT secret FROM authenticators a JOIN users u ON u.id = a.user_id WHERE u.user_name = 'tess'"))!;
        Assert.DoesNotContain(key, kept, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(System.Buffers.Text.Base64Url.EncodeToString(Base32.TryDecode(key)!)[..8], kept, StringComparison.Ordinal);
        var exported = (await Server.Services.GetRequiredService<ConfigurationExport>().WriteAsync(Operator.CommandLine, CancellationToken.None)).ToJsonString();
        Assert.DoesNotContain("totp", exported, StringComparison.Ordinal);
        Assert.DoesNotContain("tess", exported, StringComparison.Ordinal);
        Assert.All(Server.Logs.Lines, line => Assert.DoesNotContain(key, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_role_of_a_file_asks_for_a_second_factor_and_keeps_to_it_until_a_file_says_otherwise()
    {
        string Role(string more) => $$"""{ "roles": [ { "name": "careful", "permissions": ["view:metrics"]{{more}} } ] }""";
        await ApplyAsync(Role(", \"require_second_factor\": true"));
        var person = await TestPerson.AddAsync(Server, withApp: false, "careful");
        using var browser = Server.Browser();
        async Task<string> SignInAsync() =>
            (await browser.SubmitAsync(await browser.GetAsync("/signin"), "sign-in", ("username", person.Name), ("password", TestData.Password))).Headers.Location!.OriginalString;

        Assert.All(await ApplyAsync(Role("")), change => Assert.False(change.IsChange));
        Assert.Contains("\"require_second_factor\":true", (await Server.Services.GetRequiredService<ConfigurationExport>().WriteAsync(Operator.CommandLine, CancellationToken.None)).ToJsonString(), StringComparison.Ordinal);
        Assert.StartsWith(Paths.EnrolPage, await SignInAsync(), StringComparison.Ordinal);
        Assert.Contains(await ApplyAsync(Role(", \"require_second_factor\": false")), change => change.IsChange);
        Assert.Equal(Paths.AccountPage, await SignInAsync());
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
        return Server.Services.GetRequiredService<Configurator>().ApplyAsync(Operator.CommandLine, file, CancellationToken.None);
    }
}

public sealed class ConfiguratorTestsOnSqlite(SqliteServer server) : ConfiguratorTests(server), IClassFixture<SqliteServer>;

public sealed class ConfiguratorTestsOnPostgreSql(PostgreSqlServer server) : ConfiguratorTests(server), IClassFixture<PostgreSqlServer>;
