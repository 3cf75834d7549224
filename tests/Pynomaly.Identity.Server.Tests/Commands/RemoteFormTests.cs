using System.Text.Json.Nodes;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Commands;

/// <summary>What is made and changed on a running server by the commands of its area: same names and options as beside the database, and the answer in JSON.</summary>
public sealed class RemoteFormTests(RemoteCommandTests.Running running) : IClassFixture<RemoteCommandTests.Running>, IDisposable
{
    private readonly Executable _command = new();

    public void Dispose() => _command.Dispose();

    [Fact]
    public async Task Roles_permissions_and_scopes_are_made_changed_and_deleted()
    {
        await DoneAsync("permissions", "create", "read:far", "--description", "See far");
        await DoneAsync("permissions", "change", "read:far", "--description", "See farther");
        await DoneAsync("roles", "create", "far-role", "--permission", "read:results");
        await DoneAsync("roles", "change", "far-role", "--permission", "read:far", "--permission", "read:datasets");
        await DoneAsync("scopes", "create", "far-scope", "--resource", "https://far.example.org", "--description", "Far");
        await DoneAsync("scopes", "change", "far-scope", "--display-name", "Far away");

        var patterns = (await AskAsync("roles", "show", "far-role")).AsArray().Select(one => (string)one!["pattern"]!);
        var permission = (await AskAsync("permissions", "list")).AsArray().Single(one => (string)one!["name"]! == "read:far")!;
        var scope = await AskAsync("scopes", "show", "far-scope");
        Assert.Equal(["read:datasets", "read:far"], patterns.Order(StringComparer.Ordinal));
        Assert.Contains((await AskAsync("permissions", "show", "read:far")).AsArray(), one => (string?)one!["name"] == "far-role");
        Assert.Equal("See farther", (string?)permission["description"]);
        Assert.Equal(("Far away", "Far"), ((string?)scope["display_name"], (string?)scope["description"]));

        await DoneAsync("scopes", "delete", "far-scope");
        await DoneAsync("roles", "delete", "far-role");
        await DoneAsync("permissions", "delete", "read:far");
        Assert.DoesNotContain((await AskAsync("roles", "list")).AsArray(), one => (string?)one!["name"] == "far-role");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_console_shows_of_a_person_a_client_and_the_days_has_a_command(bool far)
    {
        var name = $"shown-{Guid.NewGuid():N}"[..14];
        await AskAsync(far, "users", "create", name, "--email", $"{name}@example.org", "--role", "viewer");
        await AskAsync(far, "clients", "create", name, "--scope", "pynomaly_api", "--permission", "read:*");

        var (sessions, grants) = ((await AskAsync(far, "users", "sessions", name)).AsArray(), (await AskAsync(far, "users", "grants", name)).AsArray());
        var token = await AskAsync(far, "users", "impersonate", name, "--client", name, "--scope", "pynomaly_api", "--reason", "Ticket 4711: sees nothing");
        var granted = (await AskAsync(far, "users", "grants", name)).AsArray();
        var activity = (await AskAsync(far, "users", "activity", name)).AsArray();
        var expanded = (await AskAsync(far, "roles", "expand", "read:*", "view:audit")).AsArray();
        var posture = await AskAsync(far, "clients", "posture", name);
        var days = (await AskAsync(far, "statistics", "--by", "day", "--count", "3")).AsArray();
        var self = await AskAsync(far, "whoami");

        Assert.Contains(activity, entry => ((string?)entry!["detail"])?.Contains("Ticket 4711", StringComparison.Ordinal) is true);
        Assert.Equal((0, 0, 1), (sessions.Count, grants.Count, granted.Count));
        Assert.Equal(3, ((string)token["access_token"]!).Split('.').Length);
        Assert.Equal(["read:*", "view:audit"], expanded.Select(one => (string?)one!["pattern"]));
        Assert.NotEmpty(expanded[0]!["grants"]!.AsArray());
        Assert.Equal((name, true), ((string?)posture["client_id"], posture["scores"]!.AsArray().Count > 0));
        Assert.Equal(3, days.Count);
        Assert.All(days, day => Assert.True((long)day!["sign_ins"]! >= 0));
        Assert.Equal(far ? ("robot", "client") : ("cli", "command_line"), ((string?)self["id"], (string?)self["kind"]));
        Assert.Contains("From", (await OutcomeAsync(far, "statistics")).Output, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Many_people_are_acted_on_at_once_each_with_an_outcome(bool far)
    {
        var names = Enumerable.Range(0, 3).Select(i => $"many-{Guid.NewGuid():N}"[..13] + i).ToList();
        foreach (var name in names) await AskAsync(far, "users", "create", name, "--email", $"{name}@example.org");
        var file = _command.Write("names.txt", $"{names[1]}\n\n{names[2]}\r\n{names[1]}\n");

        var given = (await AskAsync(far, "users", "bulk", "assign-role", "viewer", names[0], "--file", file)).AsArray();
        var disabled = (await AskAsync(far, "users", "bulk", "disable", "--file", file)).AsArray();
        var holders = (await AskAsync(far, "users", "list", "--search", "many-", "--role", "viewer")).AsArray().Select(one => (string?)one!["username"]).ToHashSet();
        var shut = (await AskAsync(far, "users", "list", "--search", "many-", "--disabled", "true")).AsArray().Select(one => (string?)one!["username"]).ToHashSet();
        var unknown = await OutcomeAsync(far, "users", "bulk", "enable", names[1], "nobody-of-that-name");
        var stillShut = (await AskAsync(far, "users", "list", "--search", "many-", "--disabled", "true")).AsArray().Count(one => names.Contains((string)one!["username"]!));
        await AskAsync(far, "users", "bulk", "enable", "--file", file);
        await AskAsync(far, "users", "bulk", "end-sessions", names[0]);
        await AskAsync(far, ["users", "bulk", "unassign-role", "viewer", .. names]);
        var mixed = await OutcomeAsync(far, "users", "bulk", "assign-role", "no-such-role", names[0]);

        Assert.Equal([names[0], names[1], names[2]], given.Select(one => (string)one!["username"]!));
        Assert.All(given.Concat(disabled), one => Assert.True((bool)one!["done"]!));
        Assert.Equal(2, disabled.Count);
        Assert.Superset(names.ToHashSet<string?>(), holders);
        Assert.Equal((false, true, true), (shut.Contains(names[0]), shut.Contains(names[1]), shut.Contains(names[2])));
        Assert.Equal((1, 2), (unknown.Code, stillShut)); // nothing was done to the one who is there
        Assert.Contains("nobody-of-that-name", unknown.Error, StringComparison.Ordinal);
        Assert.Equal(1, mixed.Code);
        Assert.Contains("no-such-role", mixed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_their_secrets_and_keys_are_made_and_changed()
    {
        var made = await AskAsync("clients", "create", "far-service", "--scope", "pynomaly_api", "--permission", "read:results");
        await DoneAsync("clients", "change", "far-service", "client_name=Far", "access_token_lifetime=120");
        var rotated = await AskAsync("clients", "rotate-secret", "far-service", "--keep", "00:00:00");
        var second = await AskAsync("clients", "add-secret", "far-service", "--days", "30");
        var key = await AskAsync("api-keys", "create", "far-service", "--name", "report", "--for", "1.00:00:00", "--permission", "read:results");
        await DoneAsync("api-keys", "change", (string)key["id"]!, "--name", "reports");
        var turned = await AskAsync("api-keys", "rotate", (string)key["id"]!, "--keep", "00:00:00");

        var secrets = new[] { made, rotated, second }.Select(one => (string?)one["client_secret"]).ToList();
        var client = await AskAsync("clients", "show", "far-service");
        Assert.Equal(("far-service", 3), ((string?)made["client_id"], secrets.OfType<string>().Distinct().Count()));
        Assert.Equal(("Far", 120, 2), ((string?)client["client_name"], (int)client["access_token_lifetime"]!, client["secrets"]!.AsArray().Count));
        Assert.Equal("reports", (string?)(await AskAsync("api-keys", "show", (string)key["id"]!))["name"]);
        Assert.StartsWith("pyn_", (string?)turned["key"], StringComparison.Ordinal);
        Assert.NotEqual((string?)key["key"], (string?)turned["key"]);
        Assert.Contains((await AskAsync("explain", "far-service")).AsArray(), one => (string?)one!["permission"] == "read:results" && (bool)one["held"]!);
        Assert.Contains("read:results", (await AskAsync("simulate", "--client", "far-service", "--scope", "pynomaly_api"))["claims"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("far-service", (await RunAsync("clients", "snippets", "far-service", "python")).Output, StringComparison.Ordinal);
        await DoneAsync("revoke", "--client", "far-service");
        await DoneAsync("clients", "delete", "far-service");
    }

    [Fact]
    public async Task People_receivers_and_bans_are_made_and_changed()
    {
        var made = await AskAsync("users", "create", "far-person", "--email", "far-person@example.org", "--role", "viewer", "--name", "Far");
        await DoneAsync("users", "change", "far-person", "--name", "Far Person");
        var hook = await AskAsync("webhooks", "create", "https://far.example.org/hook", "--event", "SignInFailed");
        await DoneAsync("webhooks", "disable", (string)hook["id"]!);
        var receiver = (await AskAsync("receivers", "create", "https://far.example.org/events", "--event", "session-revoked"))[0]!;
        await DoneAsync("receivers", "change", (string)receiver["id"]!, "--name", "Far events");
        await DoneAsync("bans", "add", "203.0.113.99", "--for", "01:00:00");

        var person = await AskAsync("users", "show", "far-person");
        Assert.Contains("/", (string?)made["link"], StringComparison.Ordinal);
        Assert.Equal(("far-person", "Far Person"), ((string?)person["username"], (string?)person["profile"]!["name"]));
        Assert.False(string.IsNullOrEmpty((string?)hook["secret"]));
        Assert.False((bool)(await AskAsync("webhooks", "show", (string)hook["id"]!))["enabled"]!);
        Assert.Equal("Far events", (string?)(await AskAsync("receivers", "show", (string)receiver["id"]!))["name"]);
        Assert.Contains((await AskAsync("bans", "list")).AsArray(), one => (string?)one!["source"] == "203.0.113.99");
        Assert.Contains((await AskAsync("audit", "list", "--event", "BanMade", "--limit", "5")).AsArray().Concat((await AskAsync("audit", "list", "--limit", "50")).AsArray()), one => (string?)one!["actor"] == "robot");

        var refused = await _command.RunAsync(Robot, null, "users", "create", "far-other", "--password", "env:NEW_SECRET", "--server", running.Server!.Issuer);
        Assert.Equal(2, refused.Code);
        Assert.Contains("--password does not go over --server", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_trail_is_verified_exported_and_the_rest_is_shown()
    {
        var file = _command.Write("users.csv", "username,email\nfar-import,far-import@example.org\n");

        Assert.True((bool)(await AskAsync("audit", "verify"))["holds"]!);
        Assert.Contains("\"kty\"", (await RunAsync("audit", "key")).Output, StringComparison.Ordinal);
        Assert.StartsWith("{", (await RunAsync("audit", "export")).Output, StringComparison.Ordinal);
        Assert.Equal((1, true), ((int)(await AskAsync("import", "pynomaly", file, "--dry-run"))["created"]!, (bool)(await AskAsync("import", "pynomaly", file, "--dry-run"))["dry_run"]!));
        Assert.Contains((await AskAsync("settings", "--given")).AsArray(), one => (string?)one!["key"] == "Identity:Issuer");
        Assert.DoesNotContain((await AskAsync("settings", "--given")).AsArray(), one => (string?)one!["source"] == "default");
        Assert.NotEmpty((await AskAsync("keys", "list")).AsArray());
        Assert.NotEmpty((await AskAsync("doctor")).AsArray());
        Assert.NotEmpty((await AskAsync("doctor", "--posture")).AsArray());
    }

    [Fact]
    public async Task Any_operation_is_called_beside_the_database_too()
    {
        var operations = await _command.RunAsync("api", "--json");
        var made = await _command.RunAsync("api", "createRole", "--body", _command.Write("role.json", """{ "name": "near", "permissions": ["view:metrics"] }"""));
        var role = await _command.RunAsync("api", "GET", "/roles/near", "--json");
        var list = await _command.RunAsync("api", "listRoles", "limit=2", "--all", "--json");
        var unknown = await _command.RunAsync("api", "getRole", "id=nobody");
        var wrong = await _command.RunAsync("api", "createRole", "--body", _command.Write("bad.json", """{ "name": "a b", "permissions": [] }"""));
        var changed = await _command.RunAsync("permissions", "change", "read:results", "--description", "Near", "--json");

        Assert.True((operations.Code, made.Code, role.Code, list.Code, changed.Code) == (0, 0, 0, 0, 0), $"{operations.Error}\n{made}\n{role}\n{list.Error}\n{changed}");
        Assert.Contains("impersonateUser", operations.Output, StringComparison.Ordinal);
        Assert.Equal("near", (string?)JsonNode.Parse(role.Output)!["name"]);
        Assert.True(JsonNode.Parse(list.Output)!["items"]!.AsArray().Count > 5);
        Assert.Equal((1, 1), (unknown.Code, wrong.Code));
        Assert.Contains("name:", wrong.Error, StringComparison.Ordinal);
        Assert.Equal("The permission read:results is changed.", (string?)JsonNode.Parse(changed.Output)!["done"]);
    }

    [Fact]
    public async Task Beside_the_database_times_are_times_and_who_forgets_a_word_is_told_which_there_are()
    {
        await _command.RunAsync("users", "create", "near-person");
        var person = await _command.RunAsync("users", "show", "near-person");
        var area = await _command.RunAsync("users");
        var unknown = await _command.RunAsync("nonsense");
        var nobody = await _command.RunAsync("roles", "delete", "nobody-has-it");

        Assert.Matches(@"created +\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", person.Output);
        Assert.Equal((2, 2, 1), (area.Code, unknown.Code, nobody.Code));
        Assert.Contains("reset-password", area.Error, StringComparison.Ordinal);
        Assert.Contains("'nonsense'", unknown.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Required command", unknown.Error, StringComparison.Ordinal);
        Assert.EndsWith(".", nobody.Error.TrimEnd(), StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Robot => RemoteCommandTests.Robot;

    private async Task<Executable.Outcome> RunAsync(params string[] words)
    {
        var outcome = await _command.RunAsync(Robot, null, [.. words, "--server", running.Server!.Issuer]);
        Assert.True(outcome.Code == 0, $"{string.Join(' ', words)}: {outcome}");
        return outcome;
    }

    private async Task<JsonNode> AskAsync(params string[] words)
    {
        var outcome = await _command.RunAsync(Robot, null, [.. words, "--json", "--server", running.Server!.Issuer]);
        Assert.True(outcome.Output.Length > 0, $"{string.Join(' ', words)}: {outcome}");
        return JsonNode.Parse(outcome.Output)!;
    }

    private Task<JsonNode> AskAsync(bool far, params string[] words) => far ? AskAsync(words) : HereAsync(words);

    private async Task<JsonNode> HereAsync(string[] words)
    {
        var outcome = await _command.RunAsync([.. words, "--json"]);
        Assert.True(outcome.Code == 0, $"{string.Join(' ', words)}: {outcome}");
        return JsonNode.Parse(outcome.Output)!;
    }

    private Task<Executable.Outcome> OutcomeAsync(bool far, params string[] words) => far ? _command.RunAsync(Robot, null, [.. words, "--server", running.Server!.Issuer]) : _command.RunAsync(words);

    private async Task DoneAsync(params string[] words) => Assert.False(string.IsNullOrEmpty((string?)(await AskAsync(words))["done"]));
}
