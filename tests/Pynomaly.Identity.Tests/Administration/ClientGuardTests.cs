using System.Net;
using System.Text;
using System.Text.Json;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>What stands between an administrator and the clients, scopes and files that they may not have, or only after a proof of a moment ago (security group AD).</summary>
public abstract class ClientGuardTests(TestServer server) : AdminSuite(server)
{
    private const string Secret = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

    [Fact]
    public async Task Where_consent_is_remembered_another_address_scope_or_proof_wants_a_sign_in_of_a_moment_ago()
    {
        var owner = await AdminAsync("owner");
        var id = await AddClientAsync(new ClientMetadata { RedirectUris = ["https://c.test/cb"], Scope = "openid", RequireSecondFactor = true });
        var scope = (await AskAsync("POST", "/scopes", owner.Token, new { name = Name(), resources = new[] { "https://one.test" }, permissions = new[] { "read:results" } }, HttpStatusCode.Created)).GetProperty("name").GetString();
        var old = await TokenOfOldSignInAsync(owner.Person);

        foreach (var patch in new object[] { new { redirect_uris = new[] { "https://evil.test/cb" } }, new { scope = "openid email" }, new { require_pkce = false }, new { allow_localhost_redirect = true }, new { require_second_factor = false } })
            await RefusedAsync("PATCH", $"/clients/{id}", old, patch, HttpStatusCode.Unauthorized);
        await RefusedAsync("POST", "/scopes", old, new { name = Name(), resources = new[] { "https://two.test" } }, HttpStatusCode.Unauthorized);
        await RefusedAsync("PATCH", $"/scopes/{scope}", old, new { resources = new[] { "https://one.test", "https://two.test" } }, HttpStatusCode.Unauthorized);
        await RefusedAsync("PATCH", $"/scopes/{scope}", old, new { permissions = new[] { "read:*" } }, HttpStatusCode.Unauthorized);
        await RefusedAsync("PATCH", $"/scopes/{scope}", old, JsonElement.Parse("""{"permissions":null}"""), HttpStatusCode.Unauthorized);
        await AskAsync("PATCH", $"/clients/{id}", old, new { client_name = "Renamed", scope = "openid" });
        await AskAsync("PATCH", $"/scopes/{scope}", old, new { description = "Narrower", permissions = Array.Empty<string>() });
    }

    [Fact]
    public async Task AD_03_A_client_manager_ends_no_client_that_is_stronger_than_they_but_disables_it()
    {
        var manager = await AdminAsync("client_manager");
        var robot = await AddClientAsync(new ClientMetadata { GrantTypes = ["client_credentials"], ResponseTypes = [], Permissions = ["manage:users"], Scope = "administration" },
            client => client.Secrets = [new ClientSecret(TestData.SecretHash(Secret), Server.Clock.GetUtcNow(), null)]);
        var secret = (await AskAsync("GET", $"/clients/{robot}", manager.Token)).GetProperty("secrets")[0].GetProperty("id").GetString();

        await RefusedAsync("DELETE", $"/clients/{robot}", manager.Token);
        await RefusedAsync("DELETE", $"/clients/{robot}/secrets/{secret}", manager.Token);
        await AskAsync("POST", $"/clients/{robot}/disable", manager.Token);
    }

    // RFC 9700 §4.15: a token that it gets for itself would carry the person's sub.
    [Fact]
    public async Task No_client_has_the_identifier_of_a_person()
    {
        var owner = await AdminAsync("owner");

        await RefusedAsync("POST", "/clients", owner.Token, new { purpose = "service", client_id = owner.Person.Id }, HttpStatusCode.Conflict);
        await Assert.ThrowsAsync<ConfigurationException>(() => ApplyAsync(Operator.CommandLine, Client(owner.Person.Id)));
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM applications WHERE client_id = $1", owner.Person.Id));
    }

    [Fact]
    public async Task Who_may_apply_files_but_see_no_clients_learns_nothing_of_them_by_one_that_changes_nothing()
    {
        var id = Name();
        await ApplyAsync(Operator.CommandLine, Client(id));
        var weak = new Operator { Id = "weak", Kind = OperatorKind.Client, Patterns = [ManagementPermissions.ManageSystem], IsConfirmed = true };

        var refusal = await Assert.ThrowsAsync<AdministrationException>(() => ApplyAsync(weak, Client(id)));

        Assert.Equal(AdministrationProblem.Forbidden, refusal.Problem);
    }

    [Fact]
    public async Task A_file_makes_no_scope_that_is_named_as_a_permission() =>
        await Assert.ThrowsAsync<ConfigurationException>(() => ApplyAsync(Operator.CommandLine, """{ "scopes": [ { "name": "manage:users", "resources": ["https://one.test"] } ] }"""));

    [Fact]
    public async Task What_a_file_ends_with_a_client_is_entered_in_the_name_of_who_applied_it()
    {
        var id = Name();
        await ApplyAsync(Operator.CommandLine, Client(id));

        await ApplyAsync(Operator.CommandLine, Client(id, enabled: false));

        Assert.Equal("cli", await Server.ScalarAsync("SELECT actor FROM audit_events WHERE client_id = $1 AND name = 'ApplicationEnded'", id));
    }

    [Fact]
    public async Task A_secret_that_ends_while_a_file_is_applied_does_not_come_back()
    {
        var id = Name();
        await ApplyAsync(Operator.CommandLine, Client(id));
        var (held, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var ending = Get<Database>().WriteAsync(async (sql, stop) =>
        {
            await sql.ExecuteAsync("UPDATE applications SET secrets = '[]' WHERE client_id = $1", stop, id);
            held.TrySetResult();
            await go.Task;
            return true;
        }, Stop);
        await held.Task;

        var applied = ApplyAsync(Operator.CommandLine, Client(id, enabled: false, secret: false));
        await Task.WhenAny(applied, Task.Delay(TimeSpan.FromSeconds(2), Stop)); // long enough to have read; it cannot have written
        go.SetResult();
        await ending;
        await Assert.ThrowsAsync<ConfigurationException>(() => applied); // the file counts on a secret that is there

        Assert.Equal("[]", await Server.ScalarAsync("SELECT secrets FROM applications WHERE client_id = $1", id));
    }

    [Fact]
    public async Task An_import_of_more_than_64_KB_may_carry_an_idempotency_key()
    {
        var owner = await AdminAsync("owner");
        var body = JsonSerializer.Serialize(new { kind = "pynomaly", dry_run = true, files = new[] { new { name = "users.csv", content = $"username,password_hash\n{string.Concat(Enumerable.Range(0, 4000).Select(n => $"bad {n}\u2066,not a hash at all\n"))}" } } });

        var answer = await Server.AdminAsync("POST", "/imports", owner.Token, body, ("Idempotency-Key", Guid.NewGuid().ToString()));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(4000, (await answer.JsonAsync()).GetProperty("refused").GetInt32());
    }

    private static string Name() => $"guard-{Guid.NewGuid():N}";

    private static string Client(string id, bool enabled = true, bool secret = true) => $$"""
        { "applications": [ { "client_id": "{{id}}", {{(secret ? $"\"client_secret\": \"{Secret}\"," : "")}} "token_endpoint_auth_method": "client_secret_post", "grant_types": ["client_credentials"],
          "response_types": [], "scope": "pynomaly_api", "enabled": {{(enabled ? "true" : "false")}} } ] }
        """;

    private Task<IReadOnlyList<Change>> ApplyAsync(Operator who, string json)
    {
        var file = new ConfigurationFile();
        file.Add("guard.json", Encoding.UTF8.GetBytes(json));
        return Get<Configurator>().ApplyAsync(who, file, Stop);
    }

    // A token of now from a sign-in of long ago: by the browser's session.
    private async Task<string> TokenOfOldSignInAsync(TestPerson person)
    {
        var browser = Server.Browser();
        await AdminTokenAsync(person, browser: browser);
        Server.Clock.Move(TimeSpan.FromMinutes(11));
        return await AdminTokenAsync(person, browser: browser);
    }
}

/// <summary>On SQLite.</summary>
public sealed class ClientGuardTestsOnSqlite(SqliteServer server) : ClientGuardTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class ClientGuardTestsOnPostgreSql(PostgreSqlServer server) : ClientGuardTests(server), IClassFixture<PostgreSqlServer>;
