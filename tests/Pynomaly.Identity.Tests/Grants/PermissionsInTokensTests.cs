using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Grants;

/// <summary>The permissions of a token: what the subject holds, cut to what the client may ask for, cut to what the scopes cover.</summary>
public abstract class PermissionsInTokensTests
{
    private readonly TestServer _server;
    private readonly HttpClient _machine;

    protected PermissionsInTokensTests(TestServer server)
    {
        Assert.SkipWhen(server.WhyUnavailable is not null, server.WhyUnavailable ?? "");
        _server = server;
        _machine = server.Machine();
    }

    [Fact]
    public async Task A_service_with_read_everything_reads_everything_and_writes_only_what_is_named()
    {
        var permissions = await OfServiceAsync("pynomaly_api");

        Assert.Contains("read:experiments", permissions);
        Assert.Contains("write:detectors", permissions);
        Assert.DoesNotContain("write:datasets", permissions);
        Assert.DoesNotContain(permissions, permission => permission.Contains('*', StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_permissions_own_name_is_a_scope_that_narrows() => Assert.Equal(["read:datasets"], await OfServiceAsync("read:datasets"));

    [Fact]
    public async Task A_scope_that_names_permissions_covers_just_these()
    {
        var permissions = await OfUserAsync("ada", "openid billing");

        Assert.Equal(["read:results"], permissions);
    }

    [Fact]
    public async Task A_viewer_holds_what_the_seed_gives_a_viewer() =>
        Assert.Equal(["read:datasets", "read:detectors", "read:results"], (await OfUserAsync("ada", "openid pynomaly_api")).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Without_an_api_scope_a_token_carries_no_permission() => Assert.Empty(await OfUserAsync("bob", "openid profile"));

    [Fact]
    public async Task Another_clients_scope_is_refused() =>
        await (await _machine.TokenAsync(TestData.Service, ("grant_type", "client_credentials"), ("scope", "billing"))).AssertRefusedAsync("invalid_scope");

    [Fact]
    public async Task A_refresh_reads_roles_afresh()
    {
        var first = await (await _machine.RedeemAsync(await _server.GrantAsync(user: "bob"))).TokensAsync();
        Assert.Contains("delete:detectors", Of(first));
        await _server.ExecuteAsync("UPDATE user_roles SET role_id = (SELECT id FROM roles WHERE name = 'viewer') WHERE user_id = $1", TestData.Bob);

        var second = await (await _machine.RefreshAsync(TestData.Web, first.RefreshToken!)).TokensAsync();

        Assert.DoesNotContain("delete:detectors", Of(second));
        Assert.Contains("read:detectors", Of(second));
        await _server.ExecuteAsync("UPDATE user_roles SET role_id = (SELECT id FROM roles WHERE name = 'admin') WHERE user_id = $1", TestData.Bob);
    }

    [Fact]
    public async Task The_audience_is_the_api_of_the_scopes_and_a_resource_narrows_it()
    {
        var both = await (await _machine.RedeemAsync(await _server.GrantAsync(scope: "pynomaly_api billing"))).TokensAsync();
        Assert.Equal(["https://api.test", "https://billing.test"], OAuth.Claims(both.AccessToken).GetProperty("aud").EnumerateArray().Select(a => a.GetString()).Order(StringComparer.Ordinal));

        var narrowed = await (await _machine.RedeemAsync(await _server.GrantAsync(scope: "pynomaly_api billing", more: ("resource", "https://billing.test")))).TokensAsync();
        Assert.Equal("https://billing.test", OAuth.Claims(narrowed.AccessToken).GetProperty("aud").GetString());
    }

    private async Task<string[]> OfServiceAsync(string scope) =>
        Of(await (await _machine.TokenAsync(TestData.Service, ("grant_type", "client_credentials"), ("scope", scope))).TokensAsync());

    private async Task<string[]> OfUserAsync(string user, string scope) => Of(await (await _machine.RedeemAsync(await _server.GrantAsync(scope: scope, user: user))).TokensAsync());

    private static string[] Of(TokenSet tokens) => OAuth.Claims(tokens.AccessToken).GetProperty("permissions").EnumerateArray().Select(p => p.GetString()!).ToArray();
}

public sealed class PermissionsInTokensTestsOnSqlite(SqliteServer server) : PermissionsInTokensTests(server), IClassFixture<SqliteServer>;

public sealed class PermissionsInTokensTestsOnPostgreSql(PostgreSqlServer server) : PermissionsInTokensTests(server), IClassFixture<PostgreSqlServer>;
