using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration.Api;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tests.SelfService;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>The administration API's document tells the truth, and no answer to a reader tells a secret.</summary>
public abstract partial class AdminApiDocumentTests(TestServer server) : ServerSuite(server)
{
    private static readonly string[] Names = ["id", "client_id", "kid", "name", "sequence", "source", "address", "number"];

    private IReadOnlyList<AdminRoute> Routes => Server.Services.GetRequiredService<AdminApi>().Routes;

    [Fact]
    public async Task The_document_describes_every_route_and_nothing_else()
    {
        var answer = await Server.Machine().GetAsync("/api/admin/v1/openapi.json");
        var operations = OperationsOf(await answer.JsonAsync());

        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(Routes.Select(route => $"{route.Method.ToLowerInvariant()} /api/admin/v1{route.Path}").Order(), operations.Keys.Order());
        foreach (var route in Routes)
        {
            var operation = operations[$"{route.Method.ToLowerInvariant()} /api/admin/v1{route.Path}"];
            Assert.Equal(string.Join(' ', route.Needs), operation.TryGetProperty("x-permission", out var permission) ? permission.GetString() : "");
            Assert.Equal(route.Name, operation.GetProperty("operationId").GetString());
            var responses = operation.GetProperty("responses");
            foreach (var status in new[] { "401", "403", "429" }) Assert.True(responses.TryGetProperty(status, out _), $"{route.Name} lacks {status}");
            Assert.Equal(route is { Method: "POST", ChangesNothing: false }, responses.TryGetProperty("422", out _));
            Assert.Equal(route.Method is "PATCH" or "PUT" or "DELETE", responses.TryGetProperty("412", out _));
            Assert.Equal(route is { Method: "POST", ChangesNothing: false }, operation.TryGetProperty("parameters", out var parameters) && parameters.EnumerateArray().Any(one => one.GetProperty("name").GetString() == "Idempotency-Key"));
        }
    }

    [Fact]
    public async Task What_is_read_is_as_the_document_says_and_AD_07_holds_no_secret()
    {
        var operations = OperationsOf(await (await Server.Machine().GetAsync("/api/admin/v1/openapi.json")).JsonAsync());
        var (owner, reader) = (await TestPerson.AddAsync(Server, withApp: true, "owner"), await TestPerson.AddAsync(Server, withApp: true, "reader"));
        var client = await AddClientAsync(AdminWalk.Tool);
        var token = (await Server.TokensAsync(client, owner, "openid administration")).AccessToken;
        var readers = (await Server.TokensAsync(client, reader, "openid administration")).AccessToken;
        await Server.AdminAsync("POST", "/bans", token, """{"address":"192.0.2.7","minutes":5}""");
        await Server.AdminAsync("POST", "/audit/verifications", token);
        Server.Clock.Move(TimeSpan.FromSeconds(5));
        var lists = new Dictionary<string, JsonElement>();
        var wrongs = new List<string>();

        foreach (var route in Routes.Where(route => route.Method == "GET").OrderBy(route => route.Path.Count(c => c == '{')).ThenBy(route => route.Path.Length))
        {
            if (PathOf(route, lists, owner.Id) is not { } path) continue;
            var answer = await Server.AdminAsync("GET", path, token);
            if (route.Name is "explainSubject") continue;
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                wrongs.Add($"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
                continue;
            }

            var content = operations[$"get /api/admin/v1{route.Path}"].GetProperty("responses").GetProperty("200").GetProperty("content");
            Assert.True(content.TryGetProperty(answer.Content.Headers.ContentType!.MediaType!, out var described), $"{path} answers {answer.Content.Headers.ContentType}");
            if (answer.Content.Headers.ContentType.MediaType == "application/json")
            {
                var body = await answer.JsonAsync();
                lists[route.Path] = body;
                if (Record.Exception(() => Schemas.AssertFits(body, described.GetProperty("schema"), path)) is { } wrong) wrongs.Add(wrong.Message);
            }

            var text = await (await Server.AdminAsync("GET", path, readers)).Content.ReadAsStringAsync();
            foreach (var word in new[] { "_hash\"", "\"client_secret\"", "\"secret\":\"", "password_hash", "\"stamp", "$2b$", "BEGIN ", "\"key\":\"pyn_", "\"d\":\"" }) Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase);
        }

        Assert.True(wrongs.Count == 0, string.Join('\n', wrongs));
        Assert.True(lists.Count >= 15, $"{lists.Count} answers looked at");
    }

    [Theory]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound)]
    [InlineData("PUT", "/users", HttpStatusCode.MethodNotAllowed)]
    public async Task What_there_is_not_is_said_as_a_problem(string method, string path, HttpStatusCode status) => await (await Server.AdminAsync(method, path, null)).ProblemAsync(status);

    [Fact]
    public async Task CS_13_what_another_site_can_send_is_refused_before_the_token_is_looked_at()
    {
        foreach (var type in new[] { "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x" })
        {
            using var content = new StringContent("{}");
            content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
            await (await Server.Machine().PostAsync("/api/admin/v1/users", content)).ProblemAsync(HttpStatusCode.UnsupportedMediaType);
        }
    }

    // The first thing of the list stands for all; null: there is none of them here.
    private static string? PathOf(AdminRoute route, Dictionary<string, JsonElement> lists, string userId)
    {
        if (!route.Path.Contains('{', StringComparison.Ordinal)) return route.Path;
        var list = route.Path[..route.Path.IndexOf("/{", StringComparison.Ordinal)];
        if (list == "/users") return Part().Replace(route.Path, userId);
        if (!lists.TryGetValue(list, out var body) || !body.TryGetProperty("items", out var items) || items.GetArrayLength() == 0) return null;
        var item = items[0];
        if (item.TryGetProperty("permissions", out var inner) && inner.ValueKind == JsonValueKind.Array && inner.GetArrayLength() > 0 && inner[0].ValueKind == JsonValueKind.Object) item = inner[0];
        var name = Names.FirstOrDefault(one => item.TryGetProperty(one, out _));
        return name is null ? null : Part().Replace(route.Path, Uri.EscapeDataString(item.GetProperty(name).ToString()));
    }

    private static Dictionary<string, JsonElement> OperationsOf(JsonElement document) => document.GetProperty("paths").EnumerateObject()
        .SelectMany(path => path.Value.EnumerateObject().Where(one => one.Name != "parameters").Select(one => (Key: $"{one.Name} {path.Name}", one.Value))).ToDictionary(one => one.Key, one => one.Value);

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Part();
}

/// <inheritdoc />
public sealed class AdminApiDocumentTestsOnSqlite(SqliteServer server) : AdminApiDocumentTests(server), IClassFixture<SqliteServer>;

/// <inheritdoc />
public sealed class AdminApiDocumentTestsOnPostgreSql(PostgreSqlServer server) : AdminApiDocumentTests(server), IClassFixture<PostgreSqlServer>;
