using System.Text.Json;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Commands;

/// <summary>The commands of an operator, by the real executable.</summary>
public sealed class CommandLineTests : IDisposable
{
    private const string Secret = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

    private const string Configuration = """
        {
          "scopes": [ { "name": "orders", "resources": ["https://orders.example"] } ],
          "roles": [ { "name": "clerk", "permissions": ["read:orders", "write:*"] } ],
          "applications": [ { "client_id": "web", "client_secret": "env:WEB_SECRET", "redirect_uris": ["https://web.example/cb"], "scope": "openid orders" } ],
          "users": [ { "username": "ada", "email": "ada@example.org", "password": "env:ADA_PASSWORD", "roles": ["clerk"], "name": "Ada L." } ]
        }
        """;

    private static readonly Dictionary<string, string> Secrets = new() { ["WEB_SECRET"] = Secret, ["ADA_PASSWORD"] = "correct horse battery staple" };

    private readonly Executable _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Plan_shows_apply_does_and_doing_it_again_changes_nothing()
    {
        var file = _server.Write("all.json", Configuration);

        var plan = await _server.RunAsync(Secrets, null, "plan", "--detailed-exit-code", file);
        var apply = await _server.RunAsync(Secrets, null, "apply", file);
        var again = await _server.RunAsync(Secrets, null, "apply", file);
        var settled = await _server.RunAsync(Secrets, null, "plan", "--detailed-exit-code", file);

        Assert.Equal((3, 0, 0, 0), (plan.Code, apply.Code, again.Code, settled.Code));
        Assert.Contains("create application web", plan.Output, StringComparison.Ordinal);
        Assert.Contains("create user ada", apply.Output, StringComparison.Ordinal);
        Assert.StartsWith("0 changes applied", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operations_beside_the_database_take_settings_from_the_command_line()
    {
        var without = new Dictionary<string, string> { ["Identity__Issuer"] = "no address" };

        var list = await _server.RunAsync(without, null, "api", "--Identity:Issuer=http://localhost:5080");
        var roles = await _server.RunAsync(without, null, "api", "listRoles", "--Identity:Issuer=http://localhost:5080");
        var unset = await _server.RunAsync(without, null, "api");

        Assert.True((list.Code, roles.Code, unset.Code) == (0, 0, 1), $"{list.Error}\n{roles}\n{unset.Error}");
        Assert.Contains("listUsers", list.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_is_decoded_once()
    {
        var file = _server.Write("clients.json", """{ "applications": [ { "client_id": "a%41", "redirect_uris": ["https://a.example/cb"], "token_endpoint_auth_method": "none", "client_name": "As it is" }, { "client_id": "aA", "redirect_uris": ["https://a.example/cb"], "token_endpoint_auth_method": "none", "client_name": "Decoded twice" } ] }""");
        var apply = await _server.RunAsync("apply", file);

        var shown = await _server.RunAsync("api", "getClient", "id=a%41");

        Assert.True((apply.Code, shown.Code) == (0, 0), $"{apply}\n{shown}");
        Assert.Contains("As it is", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LK_04_A_name_moves_no_cursor_and_turns_no_line_of_a_terminal_but_stays_itself_in_JSON()
    {
        var roles = _server.Write("roles.json", """{ "roles": [ { "name": "shown", "permissions": ["read:orders"], "description": "red" } ] }""");
        Assert.Equal(0, (await _server.RunAsync("apply", roles)).Code);
        using (var database = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_server.Database}"))
        {
            database.Open();
            using var change = database.CreateCommand();
            change.CommandText = "UPDATE roles SET description = 'a' || char(27) || '[31m' || char(8238) || 'b' || char(10) || 'c' || char(155) WHERE name = 'shown'";
            Assert.Equal(1, change.ExecuteNonQuery());
        }

        var table = await _server.RunAsync("roles", "list");
        var json = await _server.RunAsync("roles", "list", "--json");

        Assert.Contains("a?[31m?b?c?", table.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', table.Output);
        Assert.Contains("\u202eb\nc", JsonDocument.Parse(json.Output).RootElement.EnumerateArray().Single(role => role.GetProperty("name").GetString() == "shown").GetProperty("description").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_anywhere_applies_nothing()
    {
        var good = _server.Write("good.json", Configuration);
        var bad = _server.Write("bad.json", """{ "users": [ { "username": "eve", "roles": ["nobody"] } ] }""");

        var apply = await _server.RunAsync(Secrets, null, "apply", good, bad);
        var clients = await _server.RunAsync("clients", "list", "--json");

        Assert.Equal(1, apply.Code);
        Assert.Contains("bad.json, line 1, users[0].roles", apply.Error, StringComparison.Ordinal);
        Assert.Equal(0, JsonDocument.Parse(clients.Output).RootElement.GetArrayLength());
    }

    [Fact]
    public async Task An_export_holds_no_secret_and_applies_again_without_a_change()
    {
        await _server.RunAsync(Secrets, null, "apply", _server.Write("all.json", Configuration));

        var export = await _server.RunAsync("export");
        var again = await _server.RunAsync("apply", _server.Write("export.json", export.Output));

        Assert.Contains("\"client_id\": \"web\"", export.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", export.Output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("ada", export.Output, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("0 changes applied", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_on_the_command_line_is_refused()
    {
        var outcome = await _server.RunAsync("users", "create", "ada", "--password", "hunter22");

        Assert.Equal(2, outcome.Code);
        Assert.DoesNotContain("hunter22", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_is_created_from_standard_input_listed_and_disabled()
    {
        var created = await _server.RunAsync([], "correct horse battery staple\n", "users", "create", "ada", "--email", "ada@example.org", "--role", "viewer", "--password", "-");
        var twice = await _server.RunAsync([], "another password\n", "users", "create", "ADA", "--password", "-");
        var disabled = await _server.RunAsync("users", "disable", "Ada");
        var list = await _server.RunAsync("users", "list", "--json");

        Assert.Equal((0, 1, 0), (created.Code, twice.Code, disabled.Code));
        Assert.DoesNotContain("horse", created.Output, StringComparison.Ordinal);
        var ada = Assert.Single(JsonDocument.Parse(list.Output).RootElement.EnumerateArray());
        Assert.Equal(("ada", true, "viewer"), (ada.GetProperty("username").GetString(), ada.GetProperty("disabled").GetBoolean(), ada.GetProperty("roles")[0].GetString()));
    }

    [Fact]
    public async Task A_client_is_created_with_a_secret_that_is_shown_once()
    {
        var created = await _server.RunAsync("clients", "create", "nightly", "--scope", "pynomaly_api", "--permission", "read:*", "--json");
        var rotated = await _server.RunAsync("clients", "rotate-secret", "nightly", "--json");
        var list = await _server.RunAsync("clients", "list");

        var (first, second) = (SecretOf(created), SecretOf(rotated));
        Assert.Equal((43, 43), (first.Length, second.Length));
        Assert.NotEqual(first, second);
        Assert.DoesNotContain(second, list.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_API_key_is_made_shown_once_rotated_and_revoked()
    {
        await _server.RunAsync("clients", "create", "nightly", "--scope", "pynomaly_api", "--permission", "read:*");

        var wide = await _server.RunAsync("api-keys", "create", "nightly", "--name", "job", "--permission", "write:datasets");
        var made = await _server.RunAsync("api-keys", "create", "nightly", "--name", "job", "--from", "198.51.100.0/24", "--for", "30.00:00:00", "--json");
        var id = JsonDocument.Parse(made.Output).RootElement.GetProperty("id").GetString()!;
        var rotated = await _server.RunAsync("api-keys", "rotate", id, "--keep", "01:00:00");
        var list = await _server.RunAsync("api-keys", "list", "--client", "nightly");
        var revoked = await _server.RunAsync("api-keys", "revoke", id);
        var after = await _server.RunAsync("api-keys", "list", "--state", "revoked", "--json");

        Assert.Equal((1, 0, 0, 0), (wide.Code, made.Code, rotated.Code, revoked.Code));
        Assert.Contains("does not hold write:datasets", wide.Error, StringComparison.Ordinal);
        Assert.Matches("pyn_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}", JsonDocument.Parse(made.Output).RootElement.GetProperty("key").GetString()!);
        Assert.Matches($"{id}_[0-9A-Za-z]{{49}}", rotated.Output);
        Assert.DoesNotContain($"{id}_", list.Output, StringComparison.Ordinal);
        Assert.Equal((id, "revoked"), (JsonDocument.Parse(after.Output).RootElement[0].GetProperty("id").GetString(), JsonDocument.Parse(after.Output).RootElement[0].GetProperty("state").GetString()));
    }

    [Fact]
    public async Task A_signing_key_is_rotated_and_revoked()
    {
        var before = JsonDocument.Parse((await _server.RunAsync("keys", "list", "--json")).Output).RootElement.EnumerateArray().First(key => key.GetProperty("alg").GetString() == "ES256");
        var rotated = await _server.RunAsync("keys", "rotate", "--alg", "ES256", "--now");
        var revoked = await _server.RunAsync("keys", "revoke", before.GetProperty("kid").GetString()!);
        var after = JsonDocument.Parse((await _server.RunAsync("keys", "list", "--json")).Output).RootElement.EnumerateArray().ToArray();

        Assert.Equal((0, 0), (rotated.Code, revoked.Code));
        Assert.Contains(after, key => key.GetProperty("alg").GetString() == "ES256" && key.GetProperty("state").GetString() == "active");
        Assert.Contains(after, key => key.GetProperty("kid").GetString() == before.GetProperty("kid").GetString() && key.GetProperty("state").GetString() == "revoked");
    }

    [Theory]
    [InlineData("-h_4rBnxJqE0")]
    [InlineData("-hh")]
    [InlineData("--h4rBnxJqE0")]
    public async Task An_id_that_begins_as_an_option_does_is_an_id(string id)
    {
        var outcome = await _server.RunAsync("keys", "revoke", id);

        Assert.Equal((1, "There is no such signing key."), (outcome.Code, outcome.Error.Trim().Split('\n')[^1]));
    }

    [Fact]
    public async Task What_cannot_be_a_jti_of_this_server_is_not_said_to_be_revoked()
    {
        await _server.RunAsync("migrate");

        var refused = await _server.RunAsync("revoke", "--jti", "not-a-jti-of-ours");
        var taken = await _server.RunAsync("revoke", "--jti", "5jDPx0Yd2Zb1Z2RrHfQ1nA");

        Assert.Equal((2, 0), (refused.Code, taken.Code));
    }

    [Fact]
    public async Task The_doctor_finds_what_is_wrong_and_says_so_by_its_exit_code()
    {
        await _server.RunAsync("migrate");
        await _server.RunAsync("keys", "list");
        var healthy = await _server.RunAsync("doctor");
        var unreachable = await _server.RunAsync("doctor", "--environment", "Development", "--Identity:Issuer=https://id.example.org", "--json");

        Assert.Equal((0, 1), (healthy.Code, unreachable.Code));
        Assert.Contains(JsonDocument.Parse(unreachable.Output).RootElement.EnumerateArray(),
            finding => finding.GetProperty("what").GetString() == "tls" && finding.GetProperty("state").GetString() == "wrong");
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("serve", "frobnicate")]
    [InlineData("--verbose")]
    [InlineData("revoke")]
    [InlineData("revoke", "--user", "ada", "--client", "web")]
    [InlineData("apply")]
    public async Task What_is_not_understood_exits_with_2(params string[] arguments)
    {
        var outcome = await _server.RunAsync(arguments);

        Assert.Equal(2, outcome.Code);
        Assert.NotEmpty(outcome.Error.Trim());
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("apply", "--help")]
    [InlineData("clients", "create", "--help")]
    [InlineData("revoke", "--help")]
    public async Task Help_teaches_by_example(params string[] arguments)
    {
        var outcome = await _server.RunAsync(arguments);

        Assert.Equal(0, outcome.Code);
        Assert.Contains("Example", outcome.Output, StringComparison.Ordinal);
    }

    private static string SecretOf(Executable.Outcome outcome) => JsonDocument.Parse(outcome.Output).RootElement.GetProperty("client_secret").GetString()!;

    [Fact]
    public async Task A_role_is_made_given_explained_and_taken_away_again_and_the_last_owner_stays()
    {
        await _server.RunAsync([], "correct horse battery staple\n", "users", "create", "ada", "--role", "owner", "--password", "-");
        await _server.RunAsync([], "correct horse battery staple\n", "users", "create", "eve", "--password", "-");

        var made = await _server.RunAsync("roles", "create", "auditor", "--permission", "read:*", "--permission", "view:audit");
        var given = await _server.RunAsync("roles", "assign", "auditor", "eve");
        var told = await _server.RunAsync("explain", "eve", "--permission", "view:audit");
        var held = await _server.RunAsync("permissions", "show", "view:audit", "--json");
        var kept = await _server.RunAsync("roles", "delete", "auditor");
        var taken = await _server.RunAsync("roles", "unassign", "auditor", "eve");
        var deleted = await _server.RunAsync("roles", "delete", "auditor");
        var last = await _server.RunAsync("users", "disable", "ada");
        var leaving = await _server.RunAsync("users", "delete", "eve");

        foreach (var done in new[] { made, given, told, held, taken, deleted, leaving }) Assert.True(done.Code == 0, done.Error);
        Assert.Contains("role auditor: view:audit", told.Output, StringComparison.Ordinal);
        Assert.Contains("eve", held.Output, StringComparison.Ordinal);
        Assert.Equal((1, 1), (kept.Code, last.Code));
        Assert.Contains("Somebody has this role", kept.Error, StringComparison.Ordinal);
        Assert.Contains("Nobody would own this server", last.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_is_banned_shown_and_let_in_again()
    {
        var added = await _server.RunAsync("bans", "add", "2001:db8:1:2::9", "--for", "7.00:00:00", "--json");
        var listed = await _server.RunAsync("bans", "list", "--json");
        var wrong = await _server.RunAsync("bans", "add", "somewhere");
        var own = await _server.RunAsync("bans", "add", "127.0.0.1");
        var removed = await _server.RunAsync("bans", "remove", "2001:db8:1:2::/64");
        var again = await _server.RunAsync("bans", "remove", "2001:db8:1:2::/64");

        Assert.Equal((0, 0, 1, 1, 0, 1), (added.Code, listed.Code, wrong.Code, own.Code, removed.Code, again.Code));
        Assert.Equal("2001:db8:1:2::/64", JsonDocument.Parse(added.Output).RootElement.GetProperty("source").GetString());
        var ban = Assert.Single(JsonDocument.Parse(listed.Output).RootElement.EnumerateArray());
        Assert.Equal("operator", ban.GetProperty("reason").GetString());
        Assert.Equal("Nobody is banned.", (await _server.RunAsync("bans", "list")).Output.Trim());
    }
}
