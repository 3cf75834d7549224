using System.Text.Json.Nodes;
using Pynomaly.Identity.Server.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Commands;

/// <summary>The commands of an operator on a server that runs: the real executable, the real server, over http.</summary>
public sealed class RemoteCommandTests : IClassFixture<RemoteCommandTests.Running>, IDisposable
{
    private const string Secret = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
    private readonly Executable _command = new();
    private readonly Running _running;

    public RemoteCommandTests(Running running) => _running = running;

    private string Issuer => _running.Server!.Issuer;

    internal static Dictionary<string, string> Robot => new() { ["PYNOMALY_CLIENT_ID"] = "robot", ["PYNOMALY_CLIENT_SECRET"] = Secret, ["NEW_SECRET"] = Secret.Replace('0', '9') };

    public void Dispose() => _command.Dispose();

    [Fact]
    public async Task A_file_is_planned_applied_exported_and_watched_on_a_running_server()
    {
        var file = _command.Write("clients.json", """{ "applications": [ { "client_id": "far", "client_secret": "env:NEW_SECRET", "redirect_uris": ["https://far.example/cb"], "scope": "openid" } ] }""");

        var plan = await _command.RunAsync(Robot, null, "plan", "--detailed-exit-code", file, "--server", Issuer);
        var apply = await _command.RunAsync(Robot, null, "apply", file, "--server", Issuer);
        var settled = await _command.RunAsync(Robot, null, "plan", "--detailed-exit-code", file, "--server", Issuer);
        var export = await _command.RunAsync(Robot, null, "export", "--server", Issuer);
        var drift = await _command.RunAsync(Robot, null, "drift", "--detailed-exit-code", "--server", Issuer);

        Assert.True((plan.Code, apply.Code, settled.Code, export.Code, drift.Code) == (3, 0, 0, 0, 0), $"{plan}\n{apply}\n{settled}\n{export.Error}\n{drift}");
        Assert.Contains("create application far", plan.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Robot["NEW_SECRET"], plan.Output + apply.Output + export.Output, StringComparison.Ordinal);
        Assert.Contains("\"far\"", export.Output, StringComparison.Ordinal);
        Assert.Contains("0 differences", drift.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_a_large_installation_is_planned_and_applied_on_a_running_server_up_to_8_MB()
    {
        static string Clients(int number, int length) => $$"""{ "applications": [ {{string.Join(", ", Enumerable.Range(0, number).Select(i =>
            $$"""{ "client_id": "many-{{i}}", "client_name": "{{new string('n', length)}}", "token_endpoint_auth_method": "none", "redirect_uris": ["https://many-{{i}}.example/cb"], "scope": "openid" }"""))}} ] }""";
        var file = _command.Write("many.json", Clients(1000, 100));
        var (plan, apply, settled) = (await _command.RunAsync(Robot, null, "plan", file, "--server", Issuer), await _command.RunAsync(Robot, null, "apply", file, "--server", Issuer),
            await _command.RunAsync(Robot, null, "plan", "--detailed-exit-code", file, "--server", Issuer));
        var large = await _command.RunAsync(Robot, null, "plan", _command.Write("large.json", Clients(100, 90_000)), "--server", Issuer);

        Assert.True((plan.Code, apply.Code, settled.Code, large.Code) == (0, 0, 0, 1), $"{plan.Error}\n{apply.Error}\n{settled}\n{large}");
        Assert.Contains("1000 changes to apply", plan.Output, StringComparison.Ordinal);
        Assert.Contains("0 changes to apply, 1000 already as asked", settled.Output, StringComparison.Ordinal);
        Assert.Contains("a server takes 8388608 at once", large.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-a/b?x=1&y#z")]
    [InlineData("-100%2Fodd%")]
    [InlineData("-a%2fb/%252F;c")]
    [InlineData("-../..")]
    [InlineData("-!\"'()*+,:=@[\\]^_`{|}~")]
    public async Task A_client_of_any_visible_name_is_reached_by_every_command(string kind)
    {
        var id = $"{Guid.NewGuid():N}"[..8] + kind;
        var looksLikeIt = id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        foreach (var name in new[] { id, looksLikeIt }.Distinct()) await DoneAsync("clients", "create", name, "--scope", "openid", "--purpose", "service");

        await DoneAsync("clients", "change", id, "client_name=Odd");
        await DoneAsync("clients", "rotate-secret", id);
        var secrets = (await DoneAsync("clients", "show", id, "--json"))!["secrets"]!.AsArray();
        await DoneAsync("clients", "end-secret", id, ((string)secrets[0]!).Split(':')[0]);
        var shown = await DoneAsync("clients", "show", id, "--json");
        var other = await DoneAsync("clients", "show", looksLikeIt, "--json");
        await DoneAsync("clients", "delete", id);
        var gone = await _command.RunAsync(Robot, null, "clients", "show", id, "--server", Issuer);

        Assert.Equal((id, "Odd"), ((string?)shown!["client_id"], (string?)shown["client_name"]));
        Assert.Equal((looksLikeIt, id == looksLikeIt), ((string?)other!["client_id"], (string?)other["client_name"] == "Odd"));
        Assert.Equal(1, gone.Code);
        if (looksLikeIt != id) await DoneAsync("clients", "delete", looksLikeIt);

        async Task<JsonNode?> DoneAsync(params string[] words)
        {
            var outcome = await _command.RunAsync(Robot, null, [.. words, "--server", Issuer]);
            Assert.True(outcome.Code == 0, $"{string.Join(' ', words)}: {outcome}");
            return words.Contains("--json") ? JsonNode.Parse(outcome.Output) : null;
        }
    }

    [Fact]
    public async Task Any_operation_is_called_by_its_name_or_its_path_as_a_table_or_as_JSON()
    {
        var operations = await _command.RunAsync("api", "--server", Issuer);
        var table = await _command.RunAsync(Robot, null, "api", "listRoles", "--server", Issuer);
        var json = await _command.RunAsync(Robot, null, "api", "GET", "/roles/viewer", "--server", Issuer, "--json");
        var all = await _command.RunAsync(Robot, null, "api", "listRoles", "limit=2", "--all", "--json", "--server", Issuer);
        var made = await _command.RunAsync(Robot, null, "api", "createRole", "--body", _command.Write("role.json", """{ "name": "by-command", "permissions": ["view:metrics"] }"""), "--server", Issuer);

        Assert.True((operations.Code, table.Code, json.Code, all.Code, made.Code) == (0, 0, 0, 0, 0), $"{operations.Error}\n{table}\n{json}\n{all.Error}\n{made}");
        Assert.Contains("listUsers", operations.Output, StringComparison.Ordinal);
        Assert.StartsWith("NAME", table.Output, StringComparison.Ordinal);
        Assert.Equal("viewer", (string?)JsonNode.Parse(json.Output)!["name"]);
        Assert.True(JsonNode.Parse(all.Output)!["items"]!.AsArray().Count > 5);
    }

    [Fact]
    public async Task The_commands_of_an_area_do_on_a_running_server_what_they_do_beside_the_database()
    {
        var made = await _command.RunAsync(Robot, null, "api", "createUser", "--body", _command.Write("user.json", """{ "username": "far-away", "email": "far-away@example.org" }"""), "--server", Issuer);
        var given = await _command.RunAsync(Robot, null, "roles", "assign", "viewer", "far-away", "--server", Issuer);
        var disabled = await _command.RunAsync(Robot, null, "users", "disable", "far-away", "--server", Issuer);
        var table = await _command.RunAsync(Robot, null, "users", "list", "--search", "far-", "--disabled", "true", "--server", Issuer);
        var json = await _command.RunAsync(Robot, null, "users", "list", "--search", "far-away", "--json", "--server", Issuer);
        var taken = await _command.RunAsync(Robot, null, "roles", "unassign", "viewer", "far-away", "--server", Issuer);
        var sessions = await _command.RunAsync(Robot, null, "sessions", "list", "--user", "far-away", "--server", Issuer);
        var bans = await _command.RunAsync(Robot, null, "bans", "list", "--json", "--server", Issuer);

        Assert.True((made.Code, given.Code, disabled.Code, table.Code, json.Code, taken.Code, sessions.Code, bans.Code) == (0, 0, 0, 0, 0, 0, 0, 0), $"{made}\n{given}\n{disabled}\n{table}\n{json}\n{taken}\n{sessions}\n{bans}");
        Assert.Equal("The account far-away is disabled.", disabled.Output.Trim());
        Assert.Equal("far-away has the role viewer now.", given.Output.Trim());
        Assert.StartsWith("USERNAME", table.Output, StringComparison.Ordinal);
        Assert.Contains("far-away@example.org  viewer", table.Output, StringComparison.Ordinal);
        var row = Assert.Single(JsonNode.Parse(json.Output)!.AsArray())!;
        Assert.Equal((true, "viewer"), ((bool)row["disabled"]!, (string?)row["roles"]![0]));
        Assert.Equal("There are no sessions.", sessions.Output.Trim());
        Assert.Equal("[]", bans.Output.Trim());
    }

    [Theory]
    [InlineData("roles", "unassign", "..", "{0}")]
    [InlineData("roles", "unassign", ".", "{0}")]
    [InlineData("roles", "show", "")]
    [InlineData("revoke", "--session", "..")]
    [InlineData("api", "unassignRole", "id={1}", "role=..")]
    [InlineData("api", "DELETE", "/users/{1}/roles/..")]
    [InlineData("api", "DELETE", "/users/{1}/roles/%2e%2E")]
    [InlineData("api", "DELETE", "/users/{1}/roles/{role}", "role=..")]
    [InlineData("api", "DELETE", @"/users/{1}/roles\..")]
    [InlineData("api", "GET", "/users//roles")]
    public async Task A_dot_segment_or_nothing_is_no_name_and_calls_no_other_operation(params string[] words)
    {
        var name = $"dots-{Guid.NewGuid():N}"[..20];
        var made = await _command.RunAsync(Robot, null, "api", "createUser", "--body", _command.Write("user.json", $$"""{ "username": "{{name}}", "email": "{{name}}@example.org" }"""), "--json", "--server", Issuer);
        Assert.True(made.Code == 0, made.ToString());
        var id = (string)JsonNode.Parse(made.Output)!["id"]!;

        var refused = await _command.RunAsync(Robot, null, [.. words.Select(word => word.Replace("{0}", name, StringComparison.Ordinal).Replace("{1}", id, StringComparison.Ordinal)), "--server", Issuer]);

        Assert.True(refused.Code == 2, refused.ToString());
        Assert.DoesNotContain("no operation", refused.Error, StringComparison.Ordinal);
        Assert.Contains(name, (await _command.RunAsync(Robot, null, "users", "list", "--search", name, "--server", Issuer)).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("robot", "clients", "list", "--search", "robot")]
    [InlineData("openid", "scopes", "list")]
    [InlineData("There are no webhooks.", "webhooks", "list")]
    [InlineData("There are no API keys.", "api-keys", "list", "--state", "active")]
    [InlineData("There are no grants.", "grants", "list", "--client", "robot")]
    [InlineData("", "revocations", "list", "--limit", "1")]
    public async Task Lists_of_a_running_server_are_shown(string told, params string[] words)
    {
        var list = await _command.RunAsync(Robot, null, [.. words, "--server", Issuer]);

        Assert.True(list.Code == 0, list.ToString());
        Assert.Contains(told, list.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_who_is_not_there_and_a_command_that_needs_the_database_are_told_in_words()
    {
        var nobody = await _command.RunAsync(Robot, null, "users", "disable", "no-such-person", "--server", Issuer);
        var local = await _command.RunAsync(Robot, null, "migrate", "--server", Issuer);

        Assert.Equal(1, nobody.Code);
        Assert.Contains("There is no account \"no-such-person\"", nobody.Error, StringComparison.Ordinal);
        Assert.Equal(2, local.Code);
        Assert.Contains("api OPERATION --server", local.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_refuses_is_said_and_the_exit_code_tells()
    {
        var unknown = await _command.RunAsync(Robot, null, "api", "getRole", "id=nobody", "--server", Issuer);
        var field = await _command.RunAsync(Robot, null, "api", "createRole", "--body", _command.Write("bad.json", """{ "name": "a b", "permissions": [] }"""), "--server", Issuer);
        var token = await _command.RunAsync(new Dictionary<string, string> { ["T"] = "nonsense" }, null, "api", "listRoles", "--server", Issuer, "--token", "env:T");
        var secret = await _command.RunAsync(new Dictionary<string, string>(Robot) { ["PYNOMALY_CLIENT_SECRET"] = "wrong" }, null, "api", "listRoles", "--server", Issuer);

        Assert.Equal((1, 1, 1, 1), (unknown.Code, field.Code, token.Code, secret.Code));
        Assert.Contains("404", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("name:", field.Error, StringComparison.Ordinal);
        Assert.Contains("invalid_token", token.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", secret.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://id.example.org")]
    [InlineData("ftp://localhost")]
    [InlineData("https://user:pass@id.example.org")]
    [InlineData("nonsense")]
    public async Task A_token_is_sent_nowhere_in_clear(string server)
    {
        var outcome = await _command.RunAsync(Robot, null, "api", "listRoles", "--server", server);

        Assert.Equal(2, outcome.Code);
        Assert.Contains("--server", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_no_argument()
    {
        var outcome = await _command.RunAsync("api", "listRoles", "--server", Issuer, "--token", "eyJhbGciOiJFUzI1NiJ9.e30.x");

        Assert.Equal(2, outcome.Code);
    }

    /// <summary>A server with a robot that may do everything.</summary>
    public sealed class Running : IAsyncLifetime
    {
        internal IdentityServer? Server { get; private set; }

        public async ValueTask InitializeAsync() => Server = await IdentityServer.StartAsync(JsonNode.Parse($$"""
            { "applications": [ { "client_id": "robot", "client_secret": "{{Secret}}", "grant_types": ["client_credentials"], "response_types": [], "scope": "administration", "permissions": ["*:*"] } ] }
            """)!, IdentityServer.Unlimited);

        public async ValueTask DisposeAsync()
        {
            if (Server is not null) await Server.DisposeAsync();
        }
    }
}
