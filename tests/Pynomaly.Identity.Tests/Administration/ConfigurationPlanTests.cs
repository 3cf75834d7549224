using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tests.SelfService;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>Configuration as files: what plan says, what prune deletes and what it never does, drift, and the same over the API, where nobody does by file what they may not do otherwise (AD-03).</summary>
public abstract class ConfigurationPlanTests(TestServer server) : ServerSuite(server)
{
    private const string Secret = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
    private const string OtherSecret = "9876543210abcdefghijklmnopqrstuvwxyzABCDEFG";

    private Configurator Configurator => Server.Services.GetRequiredService<Configurator>();

    private Drift Drift => Server.Services.GetRequiredService<Drift>();

    [Fact]
    public async Task A_plan_says_what_stands_and_what_is_asked_for_and_no_secret()
    {
        var id = Name("web");
        await ApplyAsync(Client(id, "openid", Secret));

        var change = Assert.Single(await PlanAsync(Client(id, "openid profile", OtherSecret)));

        Assert.Equal($"update application {id}: scope, client_secret", change.ToString());
        Assert.Equal([$"update application {id}", """    scope: "openid" -> "openid profile" """.TrimEnd(), "    client_secret: (secret)"], change.Lines());
        Assert.DoesNotContain(OtherSecret, change.ToJson().ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(change.Lines(), Change.Read(change.ToJson()).Lines());
        Assert.False(Assert.Single(await PlanAsync(Client(id, "openid", Secret))).IsChange);
    }

    [Fact]
    public async Task A_plan_changes_nothing()
    {
        var role = Name("planned");

        await PlanAsync(Roles(role, "view:metrics"));

        Assert.Equal(0L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM roles WHERE name = $1", role), CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Export_applied_to_the_same_server_changes_nothing_and_holds_no_secret_no_key_and_no_person()
    {
        await ApplyAsync(Client(Name("kept"), "openid", Secret));
        var export = (await Server.Services.GetRequiredService<ConfigurationExport>().WriteAsync(Operator.CommandLine, CancellationToken.None)).ToJsonString();

        Assert.All(await PlanAsync(export), change => Assert.False(change.IsChange, change.ToString()));
        foreach (var word in new[] { "secret\":", "pyn_", "ada@", TestData.Ada, "#secret", TestData.SecretHash(Secret) }) Assert.DoesNotContain(word, export, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_unnamed_stays_unless_its_section_is_to_be_pruned()
    {
        var (kept, gone) = (Name("kept"), Name("gone"));
        await ApplyAsync(Roles(kept, "view:metrics"));
        await ApplyAsync(Roles(gone, "view:metrics"));
        var person = await TestPerson.AddAsync(Server, withApp: false, gone);

        Assert.DoesNotContain(await PlanAsync(Roles(kept, "view:metrics")), change => change.Verb == "delete");
        var all = await AllRolesButAsync(gone);
        var plan = await PlanAsync(all, "roles");
        await ApplyAsync(all, "roles");

        Assert.Equal([$"delete role {gone}"], plan.Where(change => change.IsChange).Select(change => change.ToString()));
        Assert.Equal(0L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM user_roles WHERE user_id = $1", person.Id), CultureInfo.InvariantCulture));
        Assert.Equal(1L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM users WHERE id = $1", person.Id), CultureInfo.InvariantCulture));
        Assert.Equal(1L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM roles WHERE name = $1", kept), CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_pruned_client_loses_its_tokens()
    {
        var id = Name("fleeting");
        await ApplyAsync(Client(id, "pynomaly_api", Secret, "client_credentials"));
        var token = (await (await Server.Machine().PostAsync("/connect/token", new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", id), new("client_secret", Secret)]))).TokensAsync()).AccessToken;
        Assert.True(await Server.Machine().IsActiveAsync(token));
        var export = (await Server.Services.GetRequiredService<ConfigurationExport>().WriteAsync(Operator.CommandLine, CancellationToken.None));
        export["applications"]!.AsArray().Remove(export["applications"]!.AsArray().Single(client => (string?)client!["client_id"] == id));

        var changes = await ApplyAsync($$"""{ "applications": {{export["applications"]!.ToJsonString()}} }""", "applications");

        Assert.Equal($"delete application {id}", Assert.Single(changes, change => change.IsChange).ToString());
        Assert.False(await Server.Machine().IsActiveAsync(token));
    }

    [Theory]
    [InlineData("users", "is not a section whose entries can be deleted")]
    [InlineData("applications", "No file has the section applications")]
    public void What_may_not_be_pruned_is_refused(string section, string said)
    {
        var file = new ConfigurationFile();
        file.Add("test.json", Encoding.UTF8.GetBytes(Roles("a", "view:metrics")));

        Assert.Contains(said, Assert.Throws<ConfigurationException>(() => file.Prune([section])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AD_11_no_file_takes_the_last_owner_away()
    {
        await Assert.ThrowsAsync<AdministrationException>(() => ApplyAsync("""{ "roles": [ { "name": "viewer", "permissions": ["read:detectors", "read:datasets", "read:results"] } ] }""", "roles"));

        Assert.Equal(1L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM roles WHERE name = 'owner'"), CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task What_somebody_changed_since_shows_as_drift_until_it_is_applied_again()
    {
        var (role, id) = (Name("watched"), Name("watched"));
        var json = $$"""{ "roles": [ { "name": "{{role}}", "permissions": ["view:metrics"] } ], {{Client(id, "openid", Secret).Trim()[1..]}}""";
        await ApplyAsync(json);
        Assert.Empty((await Drift.LookAsync(Operator.CommandLine, CancellationToken.None))!.Changes);

        await ExecuteAsync("UPDATE roles SET permissions = '[\"view:metrics\",\"read:results\"]' WHERE name = $1", role);
        await ExecuteAsync("DELETE FROM applications WHERE client_id = $1", id);
        var drift = await Drift.LookAsync(Operator.CommandLine, CancellationToken.None);

        Assert.Equal([$"delete application {id}", $"update role {role}: permissions"], drift!.Changes.Select(change => change.ToString()).Order());
        Assert.Equal("cli", drift.By);
        Assert.Contains("""    permissions: ["view:metrics"] -> ["view:metrics","read:results"]""", drift.Changes.Single(change => change.Kind == "role").Lines());
        await ApplyAsync(json);
        Assert.Empty((await Drift.LookAsync(Operator.CommandLine, CancellationToken.None))!.Changes);
    }

    [Fact]
    public async Task A_secret_that_was_rotated_since_is_drift_without_being_told()
    {
        var id = Name("rotated");
        await ApplyAsync(Client(id, "openid", Secret));
        await ExecuteAsync("UPDATE applications SET secrets = replace(secrets, $1, $2) WHERE client_id = $3", TestData.SecretHash(Secret), TestData.SecretHash(OtherSecret), id);

        var change = Assert.Single((await Drift.LookAsync(Operator.CommandLine, CancellationToken.None))!.Changes, change => change.Name == id);

        Assert.Equal([$"update application {id}", "    client_secret: (secret)"], change.Lines());
        Assert.DoesNotContain(TestData.SecretHash(OtherSecret), change.ToJson().ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_planned_applied_and_looked_after_by_the_API()
    {
        var (token, role) = (await TokenAsync("owner"), Name("by-api"));

        var plan = await (await Server.AdminAsync("POST", "/configuration/plan", token, Roles(role, "view:metrics"))).JsonAsync();
        var applied = await Server.AdminAsync("POST", "/configuration", token, Roles(role, "view:metrics"));
        var again = await (await Server.AdminAsync("POST", "/configuration", token, Roles(role, "view:metrics"))).JsonAsync();

        Assert.Equal("create", plan.GetProperty("items")[0].GetProperty("verb").GetString());
        Assert.Equal(HttpStatusCode.OK, applied.StatusCode);
        Assert.Equal(0, again.GetProperty("changes").GetInt32());
        Assert.Contains(role, (await (await Server.AdminAsync("GET", "/configuration", token)).JsonAsync()).GetProperty("roles").ToString(), StringComparison.Ordinal);
        Assert.True((await (await Server.AdminAsync("GET", "/configuration/drift", token)).JsonAsync()).TryGetProperty("applied", out _));
    }

    [Fact]
    public async Task A_wrong_file_changes_nothing_and_the_answer_names_the_field_and_the_line()
    {
        var (token, role) = (await TokenAsync("owner"), Name("half"));
        var json = $$"""
            { "roles": [
              { "name": "{{role}}", "permissions": [] },
              { "name": "x", "permissions": ["nonsense"] } ] }
            """;

        var problem = await (await Server.AdminAsync("POST", "/configuration", token, json)).ProblemAsync(HttpStatusCode.BadRequest);

        Assert.Equal("roles[1].permissions[0]", problem.GetProperty("errors")[0].GetProperty("field").GetString());
        Assert.Contains("line 3", problem.GetProperty("errors")[0].GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(0L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM roles WHERE name = $1", role), CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("env:PATH")]
    [InlineData("file:/etc/hostname")]
    public async Task What_comes_over_the_network_makes_the_server_read_none_of_its_own_files(string reference)
    {
        var problem = await (await Server.AdminAsync("POST", "/configuration/plan", await TokenAsync("owner"), Client(Name("spy"), "openid", reference))).ProblemAsync(HttpStatusCode.BadRequest);

        Assert.Equal("applications[0].client_secret", problem.GetProperty("errors")[0].GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("""{ "roles": [ { "name": "NAME", "permissions": ["manage:keys"] } ] }""", "manage:system", "manage:roles")]
    [InlineData("""{ "roles": [ { "name": "NAME", "permissions": ["*:*"] } ] }""", "manage:system", "manage:roles")]
    [InlineData("""{ "roles": [ { "name": "NAME", "permissions": ["view:metrics"] } ] }""", "manage:system", "manage:clients")]
    [InlineData("""{ "applications": [ { "client_id": "NAME", "token_endpoint_auth_method": "none", "redirect_uris": ["https://evil.test/cb"], "scope": "openid administration" } ] }""", "manage:system", "manage:clients")]
    [InlineData("""{ "applications": [ { "client_id": "NAME", "client_secret": "SECRET", "grant_types": ["client_credentials"], "response_types": [], "permissions": ["manage:users"] } ] }""", "manage:system", "manage:clients")]
    [InlineData("""{ "applications": [ { "client_id": "NAME", "client_secret": "SECRET", "grant_types": ["client_credentials"], "response_types": [] } ] }""", "manage:system", "manage:roles")]
    [InlineData("""{ "scopes": [ { "name": "NAME", "permissions": ["manage:keys"] } ] }""", "manage:system", "manage:clients")]
    [InlineData("""{ "users": [ { "username": "NAME", "roles": ["owner"] } ] }""", "manage:system", "manage:users")]
    [InlineData("""{ "users": [ { "username": "NAME", "roles": ["owner"] } ] }""", "manage:users", "assign:roles", "manage:system")]
    [InlineData("""{ "roles": [ { "name": "NAME", "permissions": ["view:metrics"] } ] }""", "manage:roles", "manage:clients")]
    public async Task AD_03_nobody_does_by_file_what_they_may_not_do_otherwise(string json, params string[] permissions)
    {
        var name = Name("climb");
        var token = await Server.ServiceTokenAsync(await AddClientAsync(AdminWalk.Service(permissions)));

        var answer = await Server.AdminAsync("POST", "/configuration", token, json.Replace("NAME", name, StringComparison.Ordinal).Replace("SECRET", Secret, StringComparison.Ordinal));

        await answer.ProblemAsync(HttpStatusCode.Forbidden);
        foreach (var sql in new[] { "SELECT COUNT(*) FROM roles WHERE name = $1", "SELECT COUNT(*) FROM applications WHERE client_id = $1", "SELECT COUNT(*) FROM scopes WHERE name = $1", "SELECT COUNT(*) FROM users WHERE user_name = $1" })
            Assert.Equal(0L, Convert.ToInt64(await Server.ScalarAsync(sql, name), CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task AD_03_a_strong_client_or_role_is_not_touched_by_who_is_weaker()
    {
        var (role, id) = (Name("strong"), Name("strong"));
        await ApplyAsync(Roles(role, "manage:keys"));
        await ApplyAsync($$"""{ "applications": [ { "client_id": "{{id}}", "client_secret": "{{Secret}}", "grant_types": ["client_credentials"], "response_types": [], "permissions": ["manage:keys"] } ] }""");
        var token = await Server.ServiceTokenAsync(await AddClientAsync(AdminWalk.Service("manage:system", "manage:roles", "manage:clients")));

        await (await Server.AdminAsync("POST", "/configuration", token, Roles(role, "view:metrics"))).ProblemAsync(HttpStatusCode.Forbidden);
        await (await Server.AdminAsync("POST", "/configuration", token, $$"""{ "applications": [ { "client_id": "{{id}}", "client_secret": "{{OtherSecret}}", "grant_types": ["client_credentials"], "response_types": [] } ] }""")).ProblemAsync(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Whoever_sees_the_system_only_gets_no_plan_of_clients()
    {
        var token = await Server.ServiceTokenAsync(await AddClientAsync(AdminWalk.Service("view:system")));

        await (await Server.AdminAsync("POST", "/configuration/plan", token, Client(Name("x"), "openid", Secret))).ProblemAsync(HttpStatusCode.Forbidden);
        Assert.Equal("{}", await (await Server.AdminAsync("GET", "/configuration", token)).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task What_was_applied_stands_in_the_trail_in_the_operators_name_without_values()
    {
        var (id, service) = (Name("traced"), await AddClientAsync(AdminWalk.Service([.. ManagementPermissions.All.Select(one => one.Name)])));

        Assert.Equal(HttpStatusCode.OK, (await Server.AdminAsync("POST", "/configuration", await Server.ServiceTokenAsync(service), Client(id, "openid", Secret))).StatusCode);

        var detail = (string?)await Server.ScalarAsync("SELECT detail FROM audit_events WHERE name = 'ConfigurationChanged' AND actor = $1 AND client_id = $2", service, id);
        Assert.Equal($"create application {id}", detail);
    }

    [Fact]
    public async Task A_section_is_pruned_of_all_that_nothing_names_and_of_nothing_else()
    {
        var (kept, gone, client) = (Name("kept"), Name("gone"), Name("asks"));
        await ApplyAsync($$"""{ "scopes": [ { "name": "{{kept}}" }, { "name": "{{gone}}" } ] }""");
        await ApplyAsync(Client(client, $"openid {kept}", Secret));
        var scopes = JsonNode.Parse((await Server.Services.GetRequiredService<ConfigurationExport>().WriteAsync(Operator.CommandLine, CancellationToken.None)).ToJsonString())!["scopes"]!.AsArray();
        var without = $$"""{ "scopes": [{{string.Join(",", scopes.Where(scope => (string?)scope!["name"] != kept && (string?)scope["name"] != gone).Select(scope => scope!.ToJsonString()))}}] }""";

        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => PlanAsync(without, "scopes"));
        await ApplyAsync(Client(client, "openid", Secret));
        var plan = await PlanAsync(without, "scopes");

        Assert.Equal($"The scope {kept} is to be deleted, but the client {client} asks for it. Take it out there first.", refused.Message);
        Assert.Equal(new[] { gone, kept }.Order(StringComparer.Ordinal), plan.Where(change => change.Verb == "delete").Select(change => change.Name).Order(StringComparer.Ordinal));
    }

    private static string Name(string begin) => $"{begin}-{Guid.NewGuid():N}"[..(begin.Length + 9)];

    private static string Roles(string name, string permission) => $$"""{ "roles": [ { "name": "{{name}}", "permissions": ["{{permission}}"] } ] }""";

    private static string Client(string id, string scope, string secret, string grant = "authorization_code") => $$"""
        { "applications": [ { "client_id": "{{id}}", "client_secret": "{{secret}}", "token_endpoint_auth_method": "client_secret_post", "grant_types": ["{{grant}}"],
          "response_types": [{{(grant == "authorization_code" ? "\"code\"" : "")}}], "redirect_uris": [{{(grant == "authorization_code" ? "\"https://c.test/cb\"" : "")}}], "scope": "{{scope}}" } ] }
        """;

    private async Task<string> AllRolesButAsync(string name)
    {
        var roles = (await Server.Services.GetRequiredService<ConfigurationExport>().WriteAsync(Operator.CommandLine, CancellationToken.None))["roles"]!.AsArray();
        roles.Remove(roles.Single(role => (string?)role!["name"] == name));
        return $$"""{ "roles": {{roles.ToJsonString()}} }""";
    }

    private async Task<string> TokenAsync(string role)
    {
        var person = await TestPerson.AddAsync(Server, withApp: true, role);
        return (await Server.TokensAsync(await AddClientAsync(AdminWalk.Tool), person, "openid administration")).AccessToken;
    }

    private Task<IReadOnlyList<Change>> PlanAsync(string json, params string[] prune) => Configurator.PlanAsync(Operator.CommandLine, File(json, prune), CancellationToken.None);

    private Task<IReadOnlyList<Change>> ApplyAsync(string json, params string[] prune) => Configurator.ApplyAsync(Operator.CommandLine, File(json, prune), CancellationToken.None);

    private static ConfigurationFile File(string json, string[] prune)
    {
        var file = new ConfigurationFile { IsRemembered = true };
        file.Add("test.json", Encoding.UTF8.GetBytes(json));
        file.Prune(prune);
        return file;
    }
}

/// <inheritdoc />
public sealed class ConfigurationPlanTestsOnSqlite(SqliteServer server) : ConfigurationPlanTests(server), IClassFixture<SqliteServer>;

/// <inheritdoc />
public sealed class ConfigurationPlanTestsOnPostgreSql(PostgreSqlServer server) : ConfigurationPlanTests(server), IClassFixture<PostgreSqlServer>;
