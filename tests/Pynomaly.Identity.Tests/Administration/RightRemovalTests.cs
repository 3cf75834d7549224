using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>A right that is removed on one node is in no new token there at once, and in none that another node is asked for a second later; where it is asked for, old tokens end as soon.</summary>
/// <remarks>No time is measured: a node that has not looked for a second answers nobody, so that the promise holds however slow the machine is.</remarks>
public abstract class RightRemovalTests(TestServer server) : AdminSuite(server)
{
    [Fact]
    public void AD_08_nodes_look_more_than_once_in_the_second_that_is_promised()
    {
        Assert.Equal(TimeSpan.FromSeconds(1), ChangeFeed.Oldest);
        Assert.True(ChangeFeed.Interval <= ChangeFeed.Oldest / 3, $"every {ChangeFeed.Interval}");
    }

    [Fact]
    public async Task AD_08_a_right_taken_from_a_role_is_in_no_new_token_of_another_node()
    {
        await SecondNodeAsync();
        var role = await RoleAsync("read:datasets", "read:results");
        var person = await TestPerson.AddAsync(Server, roles: role);
        var key = await Server.KeyAsync(person, "read:datasets", "read:results");
        await Until.TrueAsync(async () => (await PermissionsAsync(key)).Count == 2, "the role to be known to the other node");

        await Get<RoleAdministration>().ChangeAsync(Operator.CommandLine, role, new RoleChange { Permissions = ["read:results"] }, false, null, Stop);

        Assert.Equal(["read:results"], await PermissionsAsync(key, 0)); // here at once
        await SecondAsync();
        Assert.Equal(["read:results"], await PermissionsAsync(key));
    }

    [Fact]
    public async Task AD_08_a_role_taken_from_a_person_is_in_no_new_token_of_another_node()
    {
        await SecondNodeAsync();
        var (role, rest) = (await RoleAsync("read:datasets"), await RoleAsync("read:results"));
        var person = await TestPerson.AddAsync(Server, roles: [role, rest]);
        var key = await Server.KeyAsync(person, "read:datasets", "read:results");
        await Until.TrueAsync(async () => (await PermissionsAsync(key)).Count == 2, "the roles to be known to the other node");

        await Get<RoleAdministration>().UnassignAsync(Operator.CommandLine, person.Id, role, false, Stop);

        Assert.Equal(["read:results"], await PermissionsAsync(key, 0)); // here at once
        await SecondAsync();
        Assert.Equal(["read:results"], await PermissionsAsync(key));
    }

    [Fact]
    public async Task AD_08_tokens_that_live_end_on_every_node_when_that_is_asked_for_and_go_on_when_not()
    {
        var other = await SecondNodeAsync();
        var role = await RoleAsync("read:datasets", "read:results");
        var person = await TestPerson.AddAsync(Server, roles: role);
        var grant = (await (await Server.Machine().RedeemAsync(await Server.GrantAsync(user: person.Name))).TokensAsync()).AccessToken;
        var key = await Server.Machine().TokenOfAsync(await Server.KeyAsync(person, "read:datasets"));

        await Get<RoleAdministration>().ChangeAsync(Operator.CommandLine, role, new RoleChange { Permissions = ["read:datasets"] }, false, null, Stop);
        await SecondAsync();
        Assert.True(await Server.Machine(other).IsActiveAsync(grant)); // not asked for
        Assert.True(await Server.Machine(other).IsActiveAsync(key));

        await Get<RoleAdministration>().ChangeAsync(Operator.CommandLine, role, new RoleChange { Permissions = [] }, true, null, Stop);

        Assert.False(await Server.Machine().IsActiveAsync(grant)); // here at once
        await SecondAsync();
        Assert.False(await Server.Machine(other).IsActiveAsync(grant));
        Assert.False(await Server.Machine(other).IsActiveAsync(key));
    }

    [Fact]
    public async Task AD_08_a_service_whose_registration_lost_a_right_gets_it_on_no_node()
    {
        var other = await SecondNodeAsync();
        var id = await AddClientAsync(new ClientMetadata { GrantTypes = ["client_credentials"], ResponseTypes = [], Scope = "pynomaly_api", Permissions = ["read:results", "read:datasets"] });
        await Until.TrueAsync(async () => (await ServiceAsync(other)).Count == 2, "the client to be known to the other node");

        await Get<ClientAdministration>().ChangeAsync(Operator.CommandLine, id, new() { ["permissions"] = new System.Text.Json.Nodes.JsonArray("read:results") }, null, Stop);

        Assert.Equal(["read:results"], await ServiceAsync(0));
        await SecondAsync();
        Assert.Equal(["read:results"], await ServiceAsync(other));

        async Task<List<string>> ServiceAsync(int node)
        {
            var answer = await Server.Machine(node).TokenAsync(id, ("grant_type", "client_credentials"));
            return answer.IsSuccessStatusCode ? Texts(OAuth.Claims((await answer.TokensAsync()).AccessToken).GetProperty("permissions")) : [];
        }
    }

    private async Task<int> SecondNodeAsync()
    {
        if (Server.Nodes < 2) await Server.StartNodeAsync();
        return 1;
    }

    // None while the other node does not know the role yet.
    private async Task<List<string>> PermissionsAsync(string key, int node = 1)
    {
        var answer = await Server.Machine(node).ExchangeAsync(key);
        return answer.IsSuccessStatusCode ? Texts(OAuth.Claims((await answer.TokensAsync()).AccessToken).GetProperty("permissions")) : [];
    }

    // By the clock that the nodes measure by; a timer may ring a little early.
    private static async Task SecondAsync()
    {
        var since = Environment.TickCount64;
        while (Environment.TickCount64 - since <= ChangeFeed.Oldest.TotalMilliseconds) await Task.Delay(TimeSpan.FromMilliseconds(50), Stop);
    }
}

/// <summary>On SQLite.</summary>
public sealed class RightRemovalTestsOnSqlite(SqliteServer server) : RightRemovalTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class RightRemovalTestsOnPostgreSql(PostgreSqlServer server) : RightRemovalTests(server), IClassFixture<PostgreSqlServer>;
