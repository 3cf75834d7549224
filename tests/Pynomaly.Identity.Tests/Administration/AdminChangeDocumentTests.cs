using System.Text.Json;
using System.Text.RegularExpressions;
using Pynomaly.Identity.Administration.Api;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>Every operation of the administration API that changes something, done once by an owner: its answer is what the document says, in status, kinds and members.</summary>
public abstract partial class AdminChangeDocumentTests(TestServer server) : AdminSuite(server)
{
    // What they need is a broken trail and a receiver that answers, which other suites make; and an import that is still running.
    private static readonly string[] Elsewhere = ["acceptAuditBreak", "testEventReceiver", "stopImport"];

    private readonly HashSet<string> _done = [];
    private readonly List<string> _wrongs = [];
    private Dictionary<string, JsonElement> _operations = null!;
    private string _token = "";

    [Fact]
    public async Task What_a_change_answers_is_as_the_document_says()
    {
        var document = await (await Server.Machine().GetAsync("/api/admin/v1/openapi.json", Stop)).JsonAsync();
        _operations = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Where(one => one.Name != "parameters"))
            .ToDictionary(one => one.Value.GetProperty("operationId").GetString()!, one => one.Value);
        _token = (await AdminAsync("owner")).Token;
        var mark = Guid.NewGuid().ToString("N")[..12];

        await PeopleAsync(mark);
        await CatalogueAsync(mark);
        await ClientsAsync(mark);
        await TokensAsync();
        await SystemAsync(mark);

        Assert.True(_wrongs.Count == 0, string.Join('\n', _wrongs));
        var left = Get<AdminApi>().Routes.Where(route => route.Method != "GET" && !_done.Contains(route.Name) && !Elsewhere.Contains(route.Name)).Select(route => route.Name);
        Assert.True(!left.Any(), $"Not done here: {string.Join(' ', left)}");
    }

    private async Task PeopleAsync(string mark)
    {
        var made = await DoAsync("createUser", "", new { username = $"u{mark}", email = $"u{mark}@example.org", email_verified = true, profile = new { nickname = "Ada" } });
        var id = made.TryGetProperty("id", out var found) ? found.GetString()! : made.GetProperty("user").GetProperty("id").GetString()!;
        await DoAsync("inviteUser", "", new { email = $"i{mark}@example.org" });
        await DoAsync("changeUser", id, new { profile = new { nickname = "ada" } });
        await DoAsync("resetUserPassword", id, new { delivery = "hand" });
        await TestPerson.AddAppAsync(Server, new TestPerson(id, $"u{mark}"));
        await DoAsync("resetUserFactors", id, new { delivery = "hand" });
        await DoAsync("impersonateUser", id, new { client_id = TestData.Web, scope = "pynomaly_api", reason = "To see what they see" });
        foreach (var act in (string[])["disableUser", "enableUser", "unlockUser", "endUserSessions"]) await DoAsync(act, id);
        await DoAsync("assignRole", $"{id}/roles/viewer");
        await DoAsync("unassignRole", $"{id}/roles/viewer");
        foreach (var act in (string[])["disableUsers", "enableUsers", "endSessionsOfUsers"]) await DoAsync(act, "", new { ids = new[] { id, "nobody" } });
        foreach (var act in (string[])["assignRoleToUsers", "unassignRoleFromUsers"]) await DoAsync(act, "", new { ids = new[] { id }, role = "viewer" });
        await DoAsync("deleteUser", id);
    }

    private async Task CatalogueAsync(string mark)
    {
        var permission = $"read:p{mark}";
        await DoAsync("createPermission", "", new { name = permission, description = "Reads" });
        await DoAsync("changePermission", permission, new { description = "Reads more" });
        await DoAsync("expandPatterns", "", new { permissions = new[] { "read:*" } });
        await DoAsync("createRole", "", new { name = $"r{mark}", description = "A role", permissions = new[] { permission } });
        await DoAsync("changeRole", $"r{mark}", new { permissions = Array.Empty<string>(), end_tokens = true });
        await DoAsync("deleteRole", $"r{mark}");
        await DoAsync("deletePermission", permission);
        await DoAsync("createScope", "", new { name = $"s{mark}", description = "A scope", resources = new[] { "https://new.test" }, permissions = new[] { "read:results" } });
        await DoAsync("changeScope", $"s{mark}", new { description = "Another" });
        await DoAsync("deleteScope", $"s{mark}");
    }

    private async Task ClientsAsync(string mark)
    {
        await DoAsync("createClient", "", new { purpose = "service", client_id = $"c{mark}", metadata = new { client_name = "Robot", scope = "pynomaly_api", permissions = new[] { "read:results" } } });
        await DoAsync("changeClient", $"c{mark}", new { client_name = "Robot two" });
        await DoAsync("addClientSecret", $"c{mark}", new { });
        var secret = (await AskAsync("GET", $"/clients/c{mark}", _token)).GetProperty("secrets")[0].GetProperty("id").GetString();
        await DoAsync("endClientSecret", $"c{mark}/secrets/{secret}");
        await DoAsync("rotateClientSecret", $"c{mark}", new { overlap = 60 });
        await DoAsync("simulateToken", "", new { client_id = $"c{mark}", scope = "pynomaly_api" });
        var key = (await DoAsync("createApiKey", "", new { client_id = $"c{mark}", name = "Robot", permissions = new[] { "read:results" } })).GetProperty("id").GetString()!;
        await DoAsync("changeApiKey", key, new { name = "Robot's" });
        await DoAsync("rotateApiKey", key, new { overlap_seconds = 60 });
        await DoAsync("revokeApiKey", key);
        foreach (var act in (string[])["endClientTokens", "disableClient", "enableClient"]) await DoAsync(act, $"c{mark}");
        await DoAsync("deleteClient", $"c{mark}");
    }

    private async Task TokensAsync()
    {
        var person = await TestPerson.AddAsync(Server);
        var tokens = await (await Server.Machine().RedeemAsync(await Server.GrantAsync(user: person.Name))).TokensAsync();
        await DoAsync("revokeToken", "", new { token = tokens.AccessToken });
        await DoAsync("endGrant", (string)(await Server.ScalarAsync("SELECT id FROM authorizations WHERE user_id = $1", person.Id))!);
        await DoAsync("endSession", (string)(await Server.ScalarAsync("SELECT id FROM sessions WHERE user_id = $1", person.Id))!);
        var kid = (await DoAsync("rotateSigningKeys", "", new { alg = "RS256" })).GetProperty("items")[0].GetProperty("kid").GetString()!;
        await DoAsync("revokeSigningKey", kid);
    }

    private async Task SystemAsync(string mark)
    {
        await DoAsync("addBan", "", new { source = "198.51.100.77", seconds = 60 });
        await DoAsync("removeBan", "198.51.100.77");
        var hook = (await DoAsync("createWebhook", "", new { name = $"h{mark}", url = "https://hook.example.org/in", events = new[] { "SignInFailed" }, enabled = false })).GetProperty("id").GetString()!;
        await DoAsync("changeWebhook", hook, new { name = $"g{mark}" });
        await DoAsync("rotateWebhookSecret", hook);
        await DoAsync("testWebhook", hook);
        await DoAsync("removeWebhook", hook);
        var receiver = (await DoAsync("createEventReceiver", "", new { name = $"e{mark}", url = "https://events.example.org/in", enabled = false })).GetProperty("id").GetString()!;
        await DoAsync("changeEventReceiver", receiver, new { name = $"n{mark}" });
        await DoAsync("removeEventReceiver", receiver);
        await DoAsync("planConfiguration", "", new { roles = new[] { new { name = $"f{mark}", permissions = new[] { "read:results" } } } });
        await DoAsync("applyConfiguration", "", new { roles = new[] { new { name = $"f{mark}", permissions = new[] { "read:results" } } } });
        await DoAsync("runImport", "", new { kind = "pynomaly", files = new[] { new { name = "users.json", content = "{\"users\":[]}" } } });
        await DoAsync("startAuditVerification", "");
    }

    private async Task<JsonElement> DoAsync(string operation, string id, object? body = null)
    {
        var route = Get<AdminApi>().Routes.Single(one => one.Name == operation);
        var names = id.Split('/');
        var number = 0;
        var path = Part().Replace(route.Path, _ => Uri.EscapeDataString(names[number++ == 0 ? 0 : ^1]));
        var answer = await CallAsync(route.Method, path, _token, body);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        var status = ((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(answer.IsSuccessStatusCode, $"{operation} {path}: {status} {text}");
        _done.Add(operation);
        if (!_operations[operation].GetProperty("responses").TryGetProperty(status, out var described)) _wrongs.Add($"{operation} answers {status}, which its document does not know");
        else if (text.Length == 0 && described.TryGetProperty("content", out _)) _wrongs.Add($"{operation} answers nothing, and its document says what");
        else if (text.Length > 0 && !described.TryGetProperty("content", out _)) _wrongs.Add($"{operation} answers {text}, and its document says nothing of it");
        else if (text.Length > 0 && Record.Exception(() => Schemas.AssertFits(JsonElement.Parse(text), described.GetProperty("content").GetProperty("application/json").GetProperty("schema"), operation)) is { } wrong) _wrongs.Add(wrong.Message);
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Part();
}

/// <summary>On SQLite.</summary>
public sealed class AdminChangeDocumentTestsOnSqlite(SqliteServer server) : AdminChangeDocumentTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class AdminChangeDocumentTestsOnPostgreSql(PostgreSqlServer server) : AdminChangeDocumentTests(server), IClassFixture<PostgreSqlServer>;
