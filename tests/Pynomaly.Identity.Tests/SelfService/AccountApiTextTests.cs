using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.SelfService.Api;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>Text that no database keeps, and far too much of it, on every operation of the account API (case SQ-04).</summary>
public abstract class AccountApiTextTests(TestServer server) : ServerSuite(server)
{
    private IReadOnlyList<ApiRoute> Routes => Server.Services.GetRequiredService<AccountApi>().Routes;

    [Fact]
    public async Task SQ_04_a_NUL_in_a_query_is_refused()
    {
        var token = await TokenAsync();

        foreach (var name in (string[])["before", "limit", "other"]) await AssertRefusedAsync(HttpMethod.Get, $"/activity?{name}=%00", token, null);
        await AssertRefusedAsync(HttpMethod.Get, "/activity?%00=1", token, null);
    }

    [Theory]
    [InlineData("a\\u0000b")]
    [InlineData("\\ud800")]
    [InlineData("\\udc00 and \\ud800")]
    public async Task SQ_04_a_text_that_is_none_is_refused_by_the_name_of_its_field_on_every_operation(string text)
    {
        var token = await TokenAsync();

        foreach (var route in Routes.Where(route => route.Takes is not null))
        {
            foreach (var (field, schema) in route.Takes!["properties"]!.AsObject())
            {
                var isObject = schema!["type"]!.ToJsonString() == "\"object\"";
                var body = isObject ? $$$"""{"{{{field}}}":{"part":"{{{text}}}"}}""" : $$"""{"{{field}}":"{{text}}"}""";
                var problem = await (await CallAsync(route, token, body)).ProblemAsync(HttpStatusCode.BadRequest);
                Assert.Equal((isObject ? $"{field}.part" : field, "malformed"), (problem.GetProperty("errors")[0].GetProperty("field").GetString(), problem.GetProperty("errors")[0].GetProperty("code").GetString()));
            }

            await (await CallAsync(route, token, $$"""{"{{text}}":"x"}""")).ProblemAsync(HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public async Task Values_of_nine_kilobytes_are_refused_or_cut_and_never_a_failure()
    {
        var token = await TokenAsync();
        var much = new string('x', 9 * 1024);

        foreach (var route in Routes.Where(route => route.Takes is not null))
        {
            foreach (var (field, _) in route.Takes!["properties"]!.AsObject())
            {
                var body = new JsonObject(route.Takes["properties"]!.AsObject().Where(one => route.Takes["required"]?.AsArray().Any(name => name!.GetValue<string>() == one.Key) == true)
                    .Select(one => KeyValuePair.Create(one.Key, (JsonNode?)"short"))) { [field] = much };
                var answer = await CallAsync(route, token, body.ToJsonString());
                Assert.True((int)answer.StatusCode is 400 or 404, $"{route.Name} {field}: {(int)answer.StatusCode}");
            }
        }

        foreach (var route in Routes.Where(route => route.Path.Contains('{', StringComparison.Ordinal)))
        {
            var answer = await Server.CallAsync(new HttpMethod(route.Method), route.Path.Replace("{id}", much, StringComparison.Ordinal), token, route.Takes is null ? null : route.Takes["properties"]!["name"] is null ? "{}" : """{"name":"x"}""");
            await answer.ProblemAsync(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task A_deep_body_is_no_JSON_for_us()
    {
        var token = await TokenAsync();
        var deep = $$"""{"name":{{string.Concat(Enumerable.Repeat("[", 5000))}}{{string.Concat(Enumerable.Repeat("]", 5000))}}}""";

        foreach (var route in Routes.Where(route => route.Takes is not null))
            Assert.Equal("no_json", (await (await CallAsync(route, token, deep)).ProblemAsync(HttpStatusCode.BadRequest)).GetProperty("errors")[0].GetProperty("code").GetString());
    }

    private async Task<string> TokenAsync() =>
        (await Server.TokensAsync(await AddClientAsync(AccountWalk.ApiClient()), await TestPerson.AddAsync(Server))).AccessToken;

    private Task<HttpResponseMessage> CallAsync(ApiRoute route, string token, string body) =>
        Server.CallAsync(new HttpMethod(route.Method), route.Path.Replace("{id}", "nothing", StringComparison.Ordinal), token, body);

    private async Task AssertRefusedAsync(HttpMethod method, string path, string token, string? body) => await (await Server.CallAsync(method, path, token, body)).ProblemAsync(HttpStatusCode.BadRequest);
}

public sealed class AccountApiTextTestsOnSqlite(SqliteServer server) : AccountApiTextTests(server), IClassFixture<SqliteServer>;

public sealed class AccountApiTextTestsOnPostgreSql(PostgreSqlServer server) : AccountApiTextTests(server), IClassFixture<PostgreSqlServer>;
