using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.SelfService.Api;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>The account API's document tells the truth, and no answer tells a secret.</summary>
public abstract class AccountApiDocumentTests(TestServer server) : ServerSuite(server)
{
    private IReadOnlyList<ApiRoute> Routes => Server.Services.GetRequiredService<AccountApi>().Routes;

    [Fact]
    public async Task The_document_describes_what_is_served_and_what_is_answered()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var token = (await Server.TokensAsync(client, person)).AccessToken;

        var answer = await Server.Machine().GetAsync("/api/account/v1/openapi.json");
        var document = await answer.JsonAsync();

        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var operations = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Where(one => one.Name != "parameters").Select(one => (Path: path.Name, Method: one.Name, Operation: one.Value))).ToList();
        Assert.Equal(Routes.Select(route => $"{route.Method.ToLowerInvariant()} /api/account/v1{route.Path}").Order(), operations.Select(one => $"{one.Method} {one.Path}").Order());
        Assert.Equal(operations.Count, operations.Select(one => one.Operation.GetProperty("operationId").GetString()).Distinct().Count());
        foreach (var (path, _, operation) in operations.Where(one => one.Method == "get"))
        {
            var live = await Server.CallAsync(HttpMethod.Get, path["/api/account/v1".Length..], token);
            AssertFits(await live.JsonAsync(), operation.GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema"), path);
        }
    }

    [Theory]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound)]
    [InlineData("PUT", "/profile", HttpStatusCode.MethodNotAllowed)]
    public async Task What_there_is_not_is_said_as_a_problem(string method, string path, HttpStatusCode status) =>
        await (await Server.CallAsync(new HttpMethod(method), path, null)).ProblemAsync(status);

    [Fact]
    public async Task AD_07_no_answer_holds_a_secret()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var token = (await Server.TokensAsync(client, person)).AccessToken;

        foreach (var route in Routes.Where(route => route.Method == "GET"))
        {
            var text = await (await Server.CallAsync(HttpMethod.Get, route.Path, token)).Content.ReadAsStringAsync();
            foreach (var word in new[] { "_hash", "secret", "public_key", "stamp", "$2b$", "key_hash" }) Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static void AssertFits(JsonElement value, JsonElement schema, string place)
    {
        if (schema.TryGetProperty("items", out var items))
        {
            foreach (var one in value.EnumerateArray()) AssertFits(one, items, place);
            return;
        }

        if (!schema.TryGetProperty("properties", out var properties)) return;
        foreach (var member in value.EnumerateObject())
        {
            Assert.True(properties.TryGetProperty(member.Name, out var inner), $"{place} answers {member.Name}, which its document does not know");
            AssertFits(member.Value, inner, $"{place}.{member.Name}");
        }

        if (!schema.TryGetProperty("required", out var required)) return;
        foreach (var name in required.EnumerateArray()) Assert.True(value.TryGetProperty(name.GetString()!, out _), $"{place} lacks {name.GetString()}");
    }
}

/// <inheritdoc />
public sealed class AccountApiDocumentTestsOnSqlite(SqliteServer server) : AccountApiDocumentTests(server), IClassFixture<SqliteServer>;

/// <inheritdoc />
public sealed class AccountApiDocumentTestsOnPostgreSql(PostgreSqlServer server) : AccountApiDocumentTests(server), IClassFixture<PostgreSqlServer>;
