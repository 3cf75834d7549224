using System.Net;
using System.Text.Json;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>Why somebody may do something, and what a token would be: told as it really is.</summary>
public abstract class ExplanationTests(TestServer server) : AdminSuite(server)
{
    [Fact]
    public async Task A_permission_is_explained_from_role_to_pattern_and_back_to_everybody_who_holds_it()
    {
        var admin = await AdminAsync("reader");
        var name = $"read:y{Guid.NewGuid():N}";
        await Get<Identity.Administration.PermissionAdministration>().CreateAsync(Identity.Administration.Operator.CommandLine, name, null, null, Stop);
        var (exact, wide) = (await RoleAsync(name), await RoleAsync("read:*", "write:results"));
        var (both, one, none) = (await TestPerson.AddAsync(Server, false, exact, wide), await TestPerson.AddAsync(Server, roles: wide), await TestPerson.AddAsync(Server, roles: "user"));

        var told = (await AskAsync("GET", $"/explain?subject={both.Name}&permission={name}", admin.Token)).GetProperty("permissions")[0].GetProperty("reasons");
        var all = await AskAsync("GET", $"/explain?subject={one.Id}", admin.Token);
        var not = (await AskAsync("GET", $"/explain?subject={none.Id}&permission={name}", admin.Token)).GetProperty("permissions")[0].GetProperty("reasons");

        Assert.Equal(new[] { (exact, name), (wide, "read:*") }.Order(), told.EnumerateArray().Select(reason => (reason.GetProperty("source").GetString()!, reason.GetProperty("pattern").GetString()!)).Order());
        Assert.Contains("write:results", all.GetProperty("permissions").EnumerateArray().Select(held => held.GetProperty("permission").GetString()));
        Assert.DoesNotContain("write:datasets", all.GetProperty("permissions").EnumerateArray().Select(held => held.GetProperty("permission").GetString()));
        Assert.Empty(not.EnumerateArray());
        Assert.Contains(TestData.Service, (await AskAsync("GET", $"/permissions/{name}", admin.Token)).GetProperty("clients").EnumerateArray().Select(reason => reason.GetProperty("source").GetString()));
        Assert.Equal("client", (await AskAsync("GET", $"/explain?subject={TestData.Service}", admin.Token)).GetProperty("kind").GetString());

        List<string> holders = [];
        string? after = null;
        do
        {
            var part = await AskAsync("GET", $"/permissions/{name}/users?limit=1{(after is null ? "" : $"&after={after}")}", admin.Token);
            holders.AddRange(part.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            after = part.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (after is not null);

        Assert.Contains(both.Id, holders);
        Assert.Contains(one.Id, holders);
        Assert.Contains(TestData.Bob, holders); // by *:*
        Assert.DoesNotContain(none.Id, holders);
        Assert.Equal(holders.Count, holders.Distinct().Count());
        await RefusedAsync("GET", "/explain?subject=nobody-at-all", admin.Token, null, HttpStatusCode.NotFound);
        await RefusedAsync("GET", $"/explain?subject={one.Id}&permission=read:nothing", admin.Token, null, HttpStatusCode.BadRequest);
        await RefusedAsync("GET", $"/explain?subject={one.Id}", (await AdminAsync(await RoleAsync("view:users"))).Token);
    }

    [Theory]
    [InlineData("openid profile pynomaly_api offline_access", null)]
    [InlineData("openid pynomaly_api billing", TestData.Audience)]
    [InlineData("read:results", null)]
    public async Task A_simulated_token_is_the_one_that_is_issued(string scope, string? resource)
    {
        var admin = await AdminAsync("reader");
        var person = await TestPerson.AddAsync(Server, roles: "data_scientist");
        var client = await AddClientAsync(new ClientMetadata
        {
            ClientName = "Cut", RedirectUris = ["https://c.test/cb"], GrantTypes = ["authorization_code", "refresh_token"], Scope = "openid profile offline_access pynomaly_api billing", Consent = "implicit",
            Permissions = ["read:*", "delete:datasets"], AccessTokenLifetime = 300, IdTokenSignedResponseAlg = "ES256",
        });

        var told = await AskAsync("POST", "/simulate", admin.Token, new { user_id = person.Id, client_id = client, scope, resources = resource is null ? Array.Empty<string>() : [resource] });
        var issued = (await (await Server.Machine().RedeemAsync(await Server.GrantAsync(client, "https://c.test/cb", scope, person.Name, null, ("resource", resource)))).TokensAsync()).AccessToken;

        var (real, claims) = (OAuth.Claims(issued), told.GetProperty("claims"));
        string[] made = ["jti", "sid", "grant_id", "iat", "nbf", "exp", "auth_time"];
        Assert.Equal(real.EnumerateObject().Select(claim => claim.Name), claims.EnumerateObject().Select(claim => claim.Name));
        foreach (var claim in real.EnumerateObject().Where(claim => !made.Contains(claim.Name))) Assert.Equal(claim.Value.GetRawText(), claims.GetProperty(claim.Name).GetRawText());
        Assert.Equal(300, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.Equal(issued.Length, told.GetProperty("bytes").GetInt32());
        Assert.Equal(4096, told.GetProperty("budget").GetInt32());
        var inside = told.GetProperty("permissions").EnumerateArray().Where(one => one.GetProperty("in").GetBoolean()).Select(one => one.GetProperty("permission").GetString()!).ToList();
        Assert.Equal(Texts(real.GetProperty("permissions")), inside);
        Assert.All(told.GetProperty("permissions").EnumerateArray(), one => Assert.Equal(one.GetProperty("in").GetBoolean(),
            one.GetProperty("held").GetArrayLength() > 0 && one.GetProperty("client_may").GetBoolean() && one.GetProperty("covered_by").GetArrayLength() > 0));
    }

    [Fact]
    public async Task A_simulation_of_a_service_is_its_token_and_a_refusal_is_told_as_the_token_endpoint_would()
    {
        var admin = await AdminAsync("reader");
        var issued = (await (await Server.Machine().TokenAsync(TestData.Service, ("grant_type", "client_credentials"))).TokensAsync()).AccessToken;

        var told = await AskAsync("POST", "/simulate", admin.Token, new { client_id = TestData.Service });

        Assert.Equal(issued.Length, told.GetProperty("bytes").GetInt32());
        Assert.Equal(Texts(OAuth.Claims(issued).GetProperty("permissions")), Texts(told.GetProperty("claims").GetProperty("permissions")));
        Assert.Equal("invalid_scope", Error(await AskAsync("POST", "/simulate", admin.Token, new { client_id = TestData.Service, scope = "openid" })));
        Assert.Equal("invalid_scope", Error(await AskAsync("POST", "/simulate", admin.Token, new { client_id = TestData.Web, user_id = TestData.Ada, scope = "administration" })));
        Assert.Equal("unauthorized_client", Error(await AskAsync("POST", "/simulate", admin.Token, new { client_id = TestData.Web })));
        Assert.Equal("invalid_target", Error(await AskAsync("POST", "/simulate", admin.Token, new { client_id = TestData.Web, user_id = TestData.Ada, scope = "openid", resources = new[] { "https://else.test" } })));
        await RefusedAsync("POST", "/simulate", admin.Token, new { client_id = "nobody" }, HttpStatusCode.BadRequest);
        await RefusedAsync("POST", "/simulate", admin.Token, new { client_id = TestData.Web, user_id = "nobody", scope = "openid" }, HttpStatusCode.BadRequest);

        static string? Error(JsonElement answer) => answer.GetProperty("error").GetString();
    }
}

/// <summary>On SQLite.</summary>
public sealed class ExplanationTestsOnSqlite(SqliteServer server) : ExplanationTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class ExplanationTestsOnPostgreSql(PostgreSqlServer server) : ExplanationTests(server), IClassFixture<PostgreSqlServer>;
