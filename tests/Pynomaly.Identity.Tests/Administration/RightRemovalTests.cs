using System.Diagnostics;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>A right that is removed on one node is in no new token of another within a second; and where it is asked for, old tokens end as soon.</summary>
public abstract class RightRemovalTests(TestServer server) : AdminSuite(server)
{
    // What the design promises, and as much again for a machine that builds beside the test.
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task AD_08_a_right_taken_from_a_role_is_in_no_new_token_of_another_node()
    {
        await SecondNodeAsync();
        var role = await RoleAsync("read:datasets", "read:results");
        var person = await TestPerson.AddAsync(Server, roles: role);
        var key = await Server.KeyAsync(person, "read:datasets", "read:results");
        await Until.TrueAsync(async () => (await PermissionsAsync(key)).Count == 2, "the role to be known to the other node");

        await Get<RoleAdministration>().ChangeAsync(Operator.CommandLine, role, new RoleChange { Permissions = ["read:results"] }, false, null, Stop);

        await WithinAsync(async () => (await PermissionsAsync(key)) is ["read:results"], "the new token to be without it");
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

        await WithinAsync(async () => (await PermissionsAsync(key)) is ["read:results"], "the new token to be without it");
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
        await Task.Delay(Within, Stop);
        Assert.True(await Server.Machine(other).IsActiveAsync(grant)); // not asked for
        Assert.True(await Server.Machine(other).IsActiveAsync(key));

        await Get<RoleAdministration>().ChangeAsync(Operator.CommandLine, role, new RoleChange { Permissions = [] }, true, null, Stop);

        Assert.False(await Server.Machine().IsActiveAsync(grant)); // here at once
        await WithinAsync(async () => !await Server.Machine(other).IsActiveAsync(grant) && !await Server.Machine(other).IsActiveAsync(key), "the tokens to end on the other node");
    }

    [Fact]
    public async Task AD_08_a_service_whose_registration_lost_a_right_gets_it_on_no_node()
    {
        var other = await SecondNodeAsync();
        var id = await AddClientAsync(new ClientMetadata { GrantTypes = ["client_credentials"], ResponseTypes = [], Scope = "pynomaly_api", Permissions = ["read:results", "read:datasets"] });
        await Until.TrueAsync(async () => (await ServiceAsync()).Count == 2, "the client to be known to the other node");

        await Get<ClientAdministration>().ChangeAsync(Operator.CommandLine, id, new() { ["permissions"] = new System.Text.Json.Nodes.JsonArray("read:results") }, null, Stop);

        await WithinAsync(async () => (await ServiceAsync()) is ["read:results"], "the new token to be without it");

        async Task<List<string>> ServiceAsync()
        {
            var answer = await Server.Machine(other).TokenAsync(id, ("grant_type", "client_credentials"));
            return answer.IsSuccessStatusCode ? Texts(OAuth.Claims((await answer.TokensAsync()).AccessToken).GetProperty("permissions")) : [];
        }
    }

    private async Task<int> SecondNodeAsync()
    {
        if (Server.Nodes < 2) await Server.StartNodeAsync();
        return 1;
    }

    // None while the other node does not know the role yet.
    private async Task<List<string>> PermissionsAsync(string key)
    {
        var answer = await Server.Machine(1).ExchangeAsync(key);
        return answer.IsSuccessStatusCode ? Texts(OAuth.Claims((await answer.TokensAsync()).AccessToken).GetProperty("permissions")) : [];
    }

    private static async Task WithinAsync(Func<Task<bool>> isSo, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!await isSo())
        {
            Assert.True(watch.Elapsed < Within, $"It took longer than {Within.TotalSeconds} s: {what}.");
            await Task.Delay(20, Stop);
        }
    }
}

/// <summary>On SQLite.</summary>
public sealed class RightRemovalTestsOnSqlite(SqliteServer server) : RightRemovalTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class RightRemovalTestsOnPostgreSql(PostgreSqlServer server) : RightRemovalTests(server), IClassFixture<PostgreSqlServer>;
