using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Api;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tests.SelfService;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>Every route of the administration API and every kind of caller: who gets in is computed from the permission that the route names, so that a new route is covered the moment it is there (AD-01).</summary>
public abstract partial class AdminMatrixTests(TestServer server) : ServerSuite(server)
{
    // For whoever administers anything; each further one is a decision.
    private static readonly string[] ForEveryAdministrator = ["getOperator"];

    private IReadOnlyList<AdminRoute> Routes => Server.Services.GetRequiredService<AdminApi>().Routes;

    [Fact]
    public void AD_01_every_route_names_its_permission_or_is_known_to_be_for_every_administrator()
    {
        var known = ManagementPermissions.All.Select(one => one.Name).ToHashSet();

        Assert.True(Routes.Count >= 50, $"{Routes.Count} routes");
        Assert.Equal(Routes.Count, Routes.Select(route => route.Name).Distinct().Count());
        foreach (var route in Routes)
        {
            Assert.True(route.Permission is null ? ForEveryAdministrator.Contains(route.Name) : route.Needs.All(known.Contains), $"{route.Name} names the permission {route.Permission ?? "of nobody"}");
            if (route.Permission?.StartsWith("view:", StringComparison.Ordinal) is true) Assert.True(route.Method is "GET" or "POST", $"{route.Name} changes something by a right to see");
            if (route.Method != "GET" && route.Permission is null) Assert.Fail($"{route.Name} changes something and names no permission");
        }
    }

    [Theory]
    [InlineData("owner")]
    [InlineData("reader")]
    [InlineData("user_manager")]
    [InlineData("client_manager")]
    [InlineData("security_officer")]
    [InlineData("viewer")]
    public async Task AD_01_a_person_gets_in_where_a_role_holds_the_permission_and_nowhere_else(string role)
    {
        var patterns = InitialRoles.All.Single(one => one.Name == role).Permissions;
        var person = await TestPerson.AddAsync(Server, withApp: true, role);
        var token = (await Server.TokensAsync(await AddClientAsync(AdminWalk.Tool), person, "openid administration")).AccessToken;

        await AssertAnswersAsync(token, patterns, role);
    }

    [Fact]
    public async Task AD_01_a_service_gets_in_where_its_one_permission_holds_and_nowhere_else()
    {
        foreach (var (permission, _) in ManagementPermissions.All)
        {
            var token = await Server.ServiceTokenAsync(await AddClientAsync(AdminWalk.Service(permission)));
            await AssertAnswersAsync(token, [permission], $"service with {permission}");
        }
    }

    [Fact]
    public async Task AD_01_nobody_gets_in_without_a_token_for_this_server_alone()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true, "owner");
        var client = await AddClientAsync(AdminWalk.Tool);
        var browser = await Server.SignedInAsync(person);
        string[] refused =
        [
            "nonsense", (await Server.TokensAsync(client, person, "openid pynomaly_api", browser)).AccessToken, // another API's
            (await Server.TokensAsync(client, person, "openid administration pynomaly_api", browser)).AccessToken, // this and another API's
        ];
        var account = (await Server.TokensAsync(client, person, "openid account", browser)).AccessToken;

        foreach (var route in Routes)
        {
            var anonymous = await CallAsync(route, null);
            await anonymous.ProblemAsync(HttpStatusCode.Unauthorized);
            Assert.Equal("Bearer", anonymous.Headers.WwwAuthenticate.ToString());
            foreach (var token in refused) Assert.Contains("invalid_token", (await AssertRefusedAsync(route, token, HttpStatusCode.Unauthorized)).Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
            Assert.Contains("insufficient_scope", (await AssertRefusedAsync(route, account, HttpStatusCode.Forbidden)).Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AD_01_a_password_alone_administers_nothing()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true, "owner");
        var browser = Server.Browser();
        await person.TrustAsync(browser); // a trusted browser is asked for the password only
        var token = (await Server.TokensAsync(await AddClientAsync(AdminWalk.Tool), person, "openid administration", browser)).AccessToken;
        Assert.Equal("pwd", OAuth.Claims(token).GetProperty("acr").GetString());

        foreach (var route in Routes) Assert.Contains("acr_values", (await AssertRefusedAsync(route, token, HttpStatusCode.Unauthorized)).Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AD_08_a_right_that_was_taken_away_opens_nothing_though_the_token_carries_it()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true, "owner");
        var token = (await Server.TokensAsync(await AddClientAsync(AdminWalk.Tool), person, "openid administration")).AccessToken;
        Assert.Equal(HttpStatusCode.OK, (await Server.AdminAsync("GET", "/operator", token)).StatusCode);

        await ExecuteAsync("DELETE FROM user_roles WHERE user_id = $1", person.Id);
        foreach (var route in Routes) await AssertRefusedAsync(route, token, HttpStatusCode.Forbidden);

        await ExecuteAsync("UPDATE users SET is_disabled = $1 WHERE id = $2", true, person.Id);
        foreach (var route in Routes) await AssertRefusedAsync(route, token, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task AD_08_a_service_whose_registration_lost_the_permission_gets_nothing()
    {
        var client = await AddClientAsync(AdminWalk.Service([.. ManagementPermissions.All.Select(one => one.Name)]));
        var token = await Server.ServiceTokenAsync(client);
        Assert.Equal(HttpStatusCode.OK, (await Server.AdminAsync("GET", "/users", token)).StatusCode);

        await ExecuteAsync("UPDATE applications SET metadata = replace(metadata, 'manage:', 'manage:no-'), updated = updated + 1 WHERE client_id = $1", client);
        await ExecuteAsync("UPDATE applications SET metadata = replace(metadata, 'view:', 'view:no-') WHERE client_id = $1", client);
        await ExecuteAsync("UPDATE applications SET metadata = replace(replace(metadata, 'assign:', 'assign:no-'), 'impersonate:', 'impersonate:no-') WHERE client_id = $1", client);
        await ExecuteAsync(ChangeFeed.BumpSql);
        Server.Services.GetRequiredService<ChangeFeed>().Look();
        foreach (var route in Routes) await AssertRefusedAsync(route, token, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task What_is_dangerous_wants_a_sign_in_of_a_moment_ago()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true, "owner");
        var browser = await Server.SignedInAsync(person);
        Server.Clock.Move(TimeSpan.FromMinutes(9));
        var token = (await Server.TokensAsync(await AddClientAsync(AdminWalk.Tool), person, "openid administration", browser)).AccessToken;
        Server.Clock.Move(TimeSpan.FromMinutes(2));
        var sensitive = Routes.Where(route => route.IsSensitive).ToList();
        Assert.True(sensitive.Count >= 5, $"{sensitive.Count} sensitive routes");

        foreach (var route in sensitive)
            Assert.Contains("insufficient_user_authentication", (await AssertRefusedAsync(route, token, HttpStatusCode.Unauthorized)).Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    // Where the permission is held the door opens; what is refused then is the request, which names nothing that exists.
    private async Task AssertAnswersAsync(string token, IReadOnlyCollection<string> patterns, string caller)
    {
        var wrongs = new List<string>();
        foreach (var route in Routes)
        {
            var answer = await CallAsync(route, token);
            var isRight = IsFor(route, patterns) ? (int)answer.StatusCode is 200 or 201 or 202 or 204 or 400 or 404 or 409 or 501
                : (int)answer.StatusCode == 403 && answer.Headers.WwwAuthenticate.ToString().Contains("insufficient_scope", StringComparison.Ordinal);
            if (!isRight) wrongs.Add($"{caller}: {route.Method} {route.Path} ({route.Permission}): {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }

        Assert.True(wrongs.Count == 0, string.Join('\n', wrongs));
    }

    private async Task<HttpResponseMessage> AssertRefusedAsync(AdminRoute route, string token, HttpStatusCode status)
    {
        var answer = await CallAsync(route, token);
        Assert.True(answer.StatusCode == status, $"{route.Method} {route.Path}: {(int)answer.StatusCode}");
        await answer.ProblemAsync(status);
        return answer;
    }

    private Task<HttpResponseMessage> CallAsync(AdminRoute route, string? token) =>
        Server.AdminAsync(route.Method, Part().Replace(route.Path, "nothing"), token, route.Takes is null ? null : """{"no_such_field":true}""");

    private static bool IsFor(AdminRoute route, IReadOnlyCollection<string> patterns) =>
        route.Permission is null ? ManagementPermissions.Of(patterns).Any() : route.Needs.All(needed => PermissionPattern.AnyMatches(patterns, needed));

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Part();
}

/// <inheritdoc />
public sealed class AdminMatrixTestsOnSqlite(SqliteServer server) : AdminMatrixTests(server), IClassFixture<SqliteServer>;

/// <inheritdoc />
public sealed class AdminMatrixTestsOnPostgreSql(PostgreSqlServer server) : AdminMatrixTests(server), IClassFixture<PostgreSqlServer>;
