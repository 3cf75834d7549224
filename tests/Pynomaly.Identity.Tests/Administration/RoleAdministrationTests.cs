using System.Net;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>Roles and permissions by the administration API, and that what is taken away is gone from tokens.</summary>
public abstract class RoleAdministrationTests(TestServer server) : AdminSuite(server)
{
    [Fact]
    public async Task A_role_tells_what_each_pattern_grants_and_who_has_it()
    {
        var owner = await AdminAsync("owner");
        var name = $"r-{Guid.NewGuid():N}";

        var made = await AskAsync("POST", "/roles", owner.Token, new { name, description = "Reads", permissions = new[] { "read:*", "*:results", "read:*" } }, HttpStatusCode.Created);
        List<TestPerson> people = [];
        for (var i = 0; i < 3; i++) people.Add(await TestPerson.AddAsync(Server, roles: name));

        Assert.Equal(["read:*", "*:results"], Texts(made.GetProperty("permissions")));
        Assert.Equal(["delete:results", "read:results", "write:results"], Texts(made.GetProperty("expansion")[1].GetProperty("permissions")));
        Assert.Contains("read:experiments", Texts(made.GetProperty("grants")));
        var first = await AskAsync("GET", $"/roles/{name}/users?limit=2", owner.Token);
        var second = await AskAsync("GET", $"/roles/{name}/users?limit=2&after={first.GetProperty("next").GetString()}", owner.Token);
        Assert.Equal(people.Select(person => person.Id).Order(), first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray()).Select(item => item.GetProperty("id").GetString()!).Order());
        await RefusedAsync("POST", "/roles", owner.Token, new { name = name.ToUpperInvariant(), permissions = Array.Empty<string>() }, HttpStatusCode.Conflict);
        foreach (var wrong in (string[])["read", "read:", "read:a:b", "re*:x", " read:x"]) await RefusedAsync("POST", "/roles", owner.Token, new { name = $"w-{name}", permissions = new[] { wrong } }, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_role_that_somebody_has_is_deleted_only_when_it_is_to_be_taken_from_them()
    {
        var owner = await AdminAsync("owner");
        var role = await RoleAsync("read:detectors");
        var person = await TestPerson.AddAsync(Server, roles: role);
        var version = (await CallAsync("GET", $"/roles/{role}", owner.Token)).Headers.ETag!.ToString();
        await AskAsync("PATCH", $"/roles/{role}", owner.Token, new { description = "newer" });

        await RefusedAsync("DELETE", $"/roles/{role}?take_away=true", owner.Token, null, HttpStatusCode.PreconditionFailed, version);
        await RefusedAsync("DELETE", $"/roles/{role}", owner.Token, null, HttpStatusCode.Conflict);
        await AskAsync("DELETE", $"/roles/{role}?take_away=true", owner.Token, null, HttpStatusCode.NoContent);

        Assert.Equal("", await RolesOfAsync(person));
        await RefusedAsync("GET", $"/roles/{role}", owner.Token, null, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_is_taken_from_a_role_is_gone_from_new_tokens_at_once_and_from_old_ones_when_asked()
    {
        var owner = await AdminAsync("owner");
        var role = await RoleAsync("read:detectors", "write:detectors");
        var (person, other) = (await TestPerson.AddAsync(Server, roles: role), await TestPerson.AddAsync(Server, roles: "viewer"));
        var before = await (await Server.Machine().RedeemAsync(await Server.GrantAsync(user: person.Name))).TokensAsync();
        var others = await (await Server.Machine().RedeemAsync(await Server.GrantAsync(user: other.Name))).TokensAsync();

        await AskAsync("PATCH", $"/roles/{role}", owner.Token, new { permissions = new[] { "read:detectors" } });
        var refreshed = await (await Server.Machine().RefreshAsync(TestData.Web, before.RefreshToken!)).TokensAsync();
        Assert.Equal(["read:detectors"], Texts(OAuth.Claims(refreshed.AccessToken).GetProperty("permissions")));
        Assert.True(await Server.Machine().IsActiveAsync(before.AccessToken));
        await AskAsync("PATCH", $"/roles/{role}", owner.Token, new { permissions = Array.Empty<string>(), end_tokens = true });

        Assert.False(await Server.Machine().IsActiveAsync(before.AccessToken));
        Assert.False(await Server.Machine().IsActiveAsync(refreshed.AccessToken));
        Assert.True(await Server.Machine().IsActiveAsync(others.AccessToken));
        var after = await (await Server.Machine().RefreshAsync(TestData.Web, refreshed.RefreshToken!)).TokensAsync(); // the grant lives
        Assert.Empty(OAuth.Claims(after.AccessToken).GetProperty("permissions").EnumerateArray());
        Assert.True(await Server.Machine().IsActiveAsync(after.AccessToken));
    }

    [Fact]
    public async Task A_role_that_is_taken_from_a_person_ends_their_tokens_when_asked_and_no_grant()
    {
        var owner = await AdminAsync("owner");
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var before = await (await Server.Machine().RedeemAsync(await Server.GrantAsync(user: person.Name))).TokensAsync();

        await AskAsync("DELETE", $"/users/{person.Id}/roles/viewer?end_tokens=true", owner.Token, null, HttpStatusCode.NoContent);

        Assert.False(await Server.Machine().IsActiveAsync(before.AccessToken));
        var after = await (await Server.Machine().RefreshAsync(TestData.Web, before.RefreshToken!)).TokensAsync();
        Assert.Empty(OAuth.Claims(after.AccessToken).GetProperty("permissions").EnumerateArray());
    }

    [Fact]
    public async Task A_permission_is_entered_described_and_taken_out_where_it_is_named()
    {
        var owner = await AdminAsync("owner");
        var name = $"read:x{Guid.NewGuid():N}";
        var role = await RoleAsync(name, "write:*");
        var client = await AddClientAsync(new ClientMetadata { ClientName = "S", GrantTypes = ["client_credentials"], ResponseTypes = [], Scope = "pynomaly_api", Permissions = [name, "read:*"] });

        await AskAsync("POST", "/permissions", owner.Token, new { name, description = "See X", resource = TestData.Audience }, HttpStatusCode.Created);
        var seen = await AskAsync("GET", $"/permissions/{Uri.EscapeDataString(name)}", owner.Token);
        Assert.Contains(role, seen.GetProperty("roles").EnumerateArray().Select(one => one.GetProperty("source").GetString()));
        Assert.Equal(["read:*", name], seen.GetProperty("clients").EnumerateArray().Where(one => one.GetProperty("source").GetString() == client).Select(one => one.GetProperty("pattern").GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal(["pynomaly_api"], Texts(seen.GetProperty("scopes")));
        Assert.Contains(name, (await ServiceTokenAsync()));
        await RefusedAsync("DELETE", $"/permissions/{name}", owner.Token, null, HttpStatusCode.Conflict);
        await AskAsync("DELETE", $"/permissions/{name}?take_away=true", owner.Token, null, HttpStatusCode.NoContent);

        await RefusedAsync("GET", $"/permissions/{name}", owner.Token, null, HttpStatusCode.NotFound);
        Assert.Equal(["write:*"], Texts((await AskAsync("GET", $"/roles/{role}", owner.Token)).GetProperty("permissions")));
        Assert.DoesNotContain(name, (await ServiceTokenAsync()));
        foreach (var wrong in (string[])["read", "read:*", "a:b:c"]) await RefusedAsync("POST", "/permissions", owner.Token, new { name = wrong }, HttpStatusCode.BadRequest);
        await RefusedAsync("DELETE", "/permissions/manage:users?take_away=true", owner.Token, null, HttpStatusCode.Conflict);
        await RefusedAsync("PATCH", "/permissions/manage:users", owner.Token, new { resource = TestData.Audience }, HttpStatusCode.Conflict);

        async Task<List<string>> ServiceTokenAsync() =>
            Texts(OAuth.Claims((await (await Server.Machine().TokenAsync(client, ("grant_type", "client_credentials"))).TokensAsync()).AccessToken).GetProperty("permissions"));
    }
}

/// <summary>On SQLite.</summary>
public sealed class RoleAdministrationTestsOnSqlite(SqliteServer server) : RoleAdministrationTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class RoleAdministrationTestsOnPostgreSql(PostgreSqlServer server) : RoleAdministrationTests(server), IClassFixture<PostgreSqlServer>;
