using System.Net;
using System.Net.Http.Headers;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>Tokens in a person's stead: who gets one, what it says, and what it does not open.</summary>
public abstract class ImpersonationTests(TestServer server) : AdminSuite(server)
{
    private static Dictionary<string, string?> Wish(string scope = "pynomaly_api", string? resource = null, string reason = "Ticket 4711: sees no results", string client = TestData.Web) =>
        new Dictionary<string, string?> { ["client_id"] = client, ["scope"] = scope, ["resource"] = resource, ["reason"] = reason }.Where(one => one.Value is not null).ToDictionary();

    [Fact]
    public async Task AD_14_a_token_in_a_persons_stead_says_who_acts_for_ten_minutes_and_is_audited()
    {
        var helper = await AdminAsync(await RoleAsync("impersonate:users"));
        var person = await TestPerson.AddAsync(Server, roles: "viewer");

        var answer = await AskAsync("POST", $"/users/{person.Id}/impersonation", helper.Token, Wish());

        var claims = OAuth.Claims(answer.GetProperty("access_token").GetString()!);
        Assert.Equal((person.Id, helper.Person.Id), (claims.GetProperty("sub").GetString(), claims.GetProperty("act").GetProperty("sub").GetString()));
        Assert.Equal(TestData.Audience, claims.GetProperty("aud").GetString());
        Assert.Equal(["read:datasets", "read:detectors", "read:results"], Texts(claims.GetProperty("permissions")));
        Assert.InRange(claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64(), 1, 600);
        foreach (var absent in (string[])["auth_time", "acr", "amr", "sid"]) Assert.False(claims.TryGetProperty(absent, out _), absent); // nobody signed in
        Assert.False(answer.TryGetProperty("refresh_token", out _));
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'UserImpersonated' AND actor = $1 AND user_id = $2 AND detail LIKE '%Ticket 4711%'", helper.Person.Id, person.Id));
    }

    [Fact]
    public async Task AD_14_introspection_tells_who_acts_and_ending_the_persons_sessions_ends_the_token()
    {
        var helper = await AdminAsync("owner");
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var token = (await AskAsync("POST", $"/users/{person.Id}/impersonation", helper.Token, Wish())).GetProperty("access_token").GetString()!;

        var told = await (await Server.Machine().PostAsClientAsync("/connect/introspect", TestData.Api, ("token", token))).JsonAsync();
        await AskAsync("POST", $"/users/{person.Id}/end-sessions", helper.Token, null, HttpStatusCode.NoContent);

        Assert.Equal(helper.Person.Id, told.GetProperty("act").GetProperty("sub").GetString());
        Assert.False(await Server.Machine().IsActiveAsync(token));
    }

    [Fact]
    public async Task AD_14_it_has_a_place_on_a_status_list_where_the_clients_tokens_have_one()
    {
        var helper = await AdminAsync("owner");
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var client = await AddClientAsync(SelfService.AccountWalk.ApiClient() with { StatusList = true });

        var token = OAuth.Claims((await AskAsync("POST", $"/users/{person.Id}/impersonation", helper.Token, Wish(client: client))).GetProperty("access_token").GetString()!);

        Assert.Equal(token.GetProperty("status").GetProperty("status_list").GetProperty("idx").GetInt64(), await Server.ScalarAsync("SELECT place FROM status_entries WHERE jti = $1", token.GetProperty("jti").GetString()));
    }

    [Fact]
    public async Task AD_14_it_opens_nothing_of_this_server()
    {
        var helper = await AdminAsync("owner");
        var person = await TestPerson.AddAsync(Server, withApp: true, "user_manager");
        var client = await AddClientAsync(SelfService.AccountWalk.ApiClient("openid account administration pynomaly_api offline_access profile"));

        foreach (var scope in (string[])["openid", "account", "administration", "offline_access", "profile", "pynomaly_api account", "pynomaly_api openid", "manage:users", "view:users pynomaly_api", "nonsense", ""])
            await RefusedAsync("POST", $"/users/{person.Id}/impersonation", helper.Token, Wish(scope, client: client), HttpStatusCode.BadRequest);
        await RefusedAsync("POST", $"/users/{person.Id}/impersonation", helper.Token, Wish(resource: TestServer.Issuer, client: client), HttpStatusCode.BadRequest);
        await RefusedAsync("POST", $"/users/{person.Id}/impersonation", helper.Token, Wish("pynomaly_api billing"), HttpStatusCode.BadRequest); // two APIs
        await RefusedAsync("POST", $"/users/{person.Id}/impersonation", helper.Token, Wish(reason: " x "), HttpStatusCode.BadRequest);
        var token = (await AskAsync("POST", $"/users/{person.Id}/impersonation", helper.Token, Wish("pynomaly_api billing", TestData.Audience))).GetProperty("access_token").GetString()!;

        Assert.DoesNotContain(Texts(OAuth.Claims(token).GetProperty("permissions")), permission => permission.StartsWith("manage:", StringComparison.Ordinal));
        foreach (var path in (string[])["/api/admin/v1/operator", "/api/admin/v1/users", "/api/account/v1", "/connect/userinfo"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            Assert.Equal(HttpStatusCode.Unauthorized, (await Server.Machine().SendAsync(request, Stop)).StatusCode);
        }
    }

    [Fact]
    public async Task AD_14_both_APIs_refuse_a_token_with_act_even_if_it_were_for_this_server()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true, "owner");
        var client = await AddClientAsync(SelfService.AccountWalk.ApiClient("openid account administration"));
        var real = await SelfService.AccountWalk.TokensAsync(Server, client, person, "account administration");
        var claims = OAuth.Claims(real.AccessToken);
        var application = (await Until.FreshAsync(() => Get<ClientDirectory>().FindAsync(client, Stop).AsTask()))!;

        foreach (var actor in (string?[])[null, TestData.Bob])
        {
            var token = Get<TokenIssuer>().Sign(application, new AccessTokenContent
            {
                Jti = Secrets.CreateId(), Subject = person.Id, ClientId = client, Audiences = [TestServer.Issuer], Scope = "account administration", Permissions = Texts(claims.GetProperty("permissions")),
                IssuedAt = Server.Clock.GetUtcNow(), Lifetime = 300, Actor = actor,
                Sign = new SignInContent(claims.GetProperty("grant_id").GetString()!, null, Server.Clock.GetUtcNow(), "mfa", ["pwd", "otp", "mfa"], ["owner"]),
            });
            var expected = actor is null ? HttpStatusCode.OK : HttpStatusCode.Unauthorized;

            var answer = await CallAsync("GET", "/bans", token);
            Assert.Equal(expected, answer.StatusCode);
            if (actor is not null) Assert.Contains("invalid_token", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal); // no step-up would help
            Assert.Equal(expected, (await SelfService.AccountWalk.CallAsync(Server, HttpMethod.Get, "", token)).StatusCode);
        }
    }

    [Fact]
    public async Task AD_14_only_with_the_right_and_never_for_who_may_do_more()
    {
        var manager = await AdminAsync("user_manager");
        var helper = await AdminAsync(await RoleAsync("impersonate:users"));
        var (owner, plain) = (await TestPerson.AddAsync(Server, true, "owner"), await TestPerson.AddAsync(Server, roles: "viewer"));

        await RefusedAsync("POST", $"/users/{plain.Id}/impersonation", manager.Token, Wish());
        await RefusedAsync("POST", $"/users/{owner.Id}/impersonation", helper.Token, Wish());
        await RefusedAsync("POST", $"/users/{manager.Person.Id}/impersonation", helper.Token, Wish());
        await RefusedAsync("POST", "/users/nobody/impersonation", helper.Token, Wish(), HttpStatusCode.NotFound);
        await Server.ExecuteAsync("UPDATE users SET is_disabled = $1 WHERE id = $2", true, plain.Id);
        await RefusedAsync("POST", $"/users/{plain.Id}/impersonation", helper.Token, Wish(), HttpStatusCode.Conflict);
    }
}

/// <summary>On SQLite.</summary>
public sealed class ImpersonationTestsOnSqlite(SqliteServer server) : ImpersonationTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class ImpersonationTestsOnPostgreSql(PostgreSqlServer server) : ImpersonationTests(server), IClassFixture<PostgreSqlServer>;
