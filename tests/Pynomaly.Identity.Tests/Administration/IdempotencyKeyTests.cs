using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Api;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tests.SelfService;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>A request that is sent again with its Idempotency-Key is answered as the first time and does nothing twice (draft-ietf-httpapi-idempotency-key-header).</summary>
public abstract class IdempotencyKeyTests(TestServer server) : ServerSuite(server)
{
    [Fact]
    public async Task The_same_request_gets_the_same_answer_and_makes_one_key()
    {
        var (token, robot) = (await TokenAsync(), await AddClientAsync(AdminWalk.Service("view:users")));
        var key = NewKey();

        var first = await CreateAsync(token, robot, key);
        var second = await CreateAsync(token, robot, key.Trim('"'));

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(first.StatusCode, second.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
        Assert.Contains("pyn_", await second.Content.ReadAsStringAsync(), StringComparison.Ordinal); // the secret that is shown once is in the same answer
        Assert.Equal(1, await KeysOfAsync(robot));
    }

    [Fact]
    public async Task What_is_kept_of_the_answer_is_encrypted()
    {
        var (token, robot, key) = (await TokenAsync(), await AddClientAsync(AdminWalk.Service("view:users")), NewKey());
        var made = (await (await CreateAsync(token, robot, key)).JsonAsync()).GetProperty("key").GetString()!;

        var rows = await RowsAsync();

        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.DoesNotContain(made, row, StringComparison.Ordinal));
        Assert.All(rows, row => Assert.DoesNotContain(key.Trim('"'), row, StringComparison.Ordinal));
        Assert.All(Server.Logs.Lines, line => Assert.DoesNotContain(made, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_key_with_another_request_is_refused()
    {
        var (token, robot, key) = (await TokenAsync(), await AddClientAsync(AdminWalk.Service("view:users")), NewKey());
        await CreateAsync(token, robot, key);

        var other = await Server.AdminAsync("POST", "/api-keys", token, $$"""{"client_id":"{{robot}}","name":"another"}""", ("Idempotency-Key", key));

        await other.ProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(1, await KeysOfAsync(robot));
    }

    [Fact]
    public async Task Two_names_that_differ_only_as_they_are_written_are_two_requests()
    {
        Assert.NotEqual(await RequestOfAsync("/api/admin/v1/clients/a%2Fb/disable"), await RequestOfAsync("/api/admin/v1/clients/a%252Fb/disable"));
        Assert.Equal(await RequestOfAsync("/api/admin/v1/clients/a%2Fb/disable"), await RequestOfAsync("/api/admin/v1/clients/a%2Fb/disable"));
    }

    // The web server gives both the same path, "a%2Fb"; only the target as it was sent tells them apart.
    private static async Task<string> RequestOfAsync(string target)
    {
        var context = new DefaultHttpContext();
        (context.Request.Method, context.Request.Path, context.Request.Headers["Idempotency-Key"]) = ("POST", "/api/admin/v1/clients/a%2Fb/disable", "one");
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        return (await IdempotencyKey.ReadAsync(new AdminCall(context, Operator.CommandLine), 1024))!.Request;
    }

    [Theory]
    [InlineData("/configuration/plan", "{}")]
    [InlineData("/roles/expansion", """{"permissions":["read:*"]}""")]
    [InlineData("/simulate", """{"client_id":"CLIENT"}""")]
    public async Task Of_a_request_that_only_reads_nothing_is_kept(string path, string body)
    {
        var robot = await AddClientAsync(AdminWalk.Service("view:system", "view:roles", "view:clients", "view:users"));
        var (token, key) = (await Server.ServiceTokenAsync(robot), NewKey());
        var before = await RowsAsync();

        var answer = await Server.AdminAsync("POST", path, token, body.Replace("CLIENT", robot, StringComparison.Ordinal), ("Idempotency-Key", key));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty((await RowsAsync()).Except(before)); // what is over is pruned meanwhile
    }

    [Fact]
    public async Task The_same_key_of_another_caller_is_another_key()
    {
        var (robot, key) = (await AddClientAsync(AdminWalk.Service("view:users")), NewKey());
        var first = await (await CreateAsync(await TokenAsync(), robot, key)).JsonAsync();

        var second = await (await CreateAsync(await TokenAsync(), robot, key)).JsonAsync();

        Assert.NotEqual(first.GetProperty("key").GetString(), second.GetProperty("key").GetString());
        Assert.Equal(2, await KeysOfAsync(robot));
    }

    [Fact]
    public async Task Fifty_at_once_have_one_effect_and_one_answer()
    {
        var (token, robot, key) = (await TokenAsync(), await AddClientAsync(AdminWalk.Service("view:users")), NewKey());

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => CreateAsync(token, robot, key))));

        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.Conflict, $"{answer.StatusCode}"));
        Assert.Single((await Task.WhenAll(answers.Where(answer => answer.StatusCode == HttpStatusCode.Created).Select(answer => answer.Content.ReadAsStringAsync()))).Distinct());
        Assert.Equal(1, await KeysOfAsync(robot));
        Assert.Equal(HttpStatusCode.Created, (await CreateAsync(token, robot, key)).StatusCode);
    }

    [Fact]
    public async Task What_was_refused_is_decided_anew()
    {
        var (token, key, name) = (await TokenAsync(), NewKey(), $"later-{Guid.NewGuid():N}");
        await (await CreateAsync(token, name, key)).ProblemAsync(HttpStatusCode.BadRequest);
        await using (var context = Server.Services.GetRequiredService<ContextFactory>().CreateDbContext())
        {
            context.Applications.Add(TestData.Client(name, Server.Clock.GetUtcNow(), AdminWalk.Service("view:users")));
            await context.SaveChangesAsync();
        }

        await ExecuteAsync(ChangeFeed.BumpSql);
        Server.Services.GetRequiredService<ChangeFeed>().Look();

        Assert.Equal(HttpStatusCode.Created, (await CreateAsync(token, name, key)).StatusCode);
    }

    [Fact]
    public async Task A_request_that_ended_without_an_answer_is_not_done_again_by_itself()
    {
        var (token, robot, key) = (await TokenAsync(), await AddClientAsync(AdminWalk.Service("view:users")), NewKey());
        await CreateAsync(token, robot, key);
        await ExecuteAsync("UPDATE remembered_answers SET status = 0, body = NULL");

        await (await CreateAsync(token, robot, key)).ProblemAsync(HttpStatusCode.Conflict);

        Assert.Equal(1, await KeysOfAsync(robot));
    }

    [Fact]
    public async Task A_day_later_the_key_is_free_and_its_row_is_pruned()
    {
        var (robot, key) = (await AddClientAsync(AdminWalk.Service("view:users")), NewKey());
        var owner = await AddClientAsync(AdminWalk.Service("manage:api-keys", "view:users"));
        await CreateAsync(await Server.ServiceTokenAsync(owner), robot, key);
        Server.Clock.Move(TimeSpan.FromHours(24) + TimeSpan.FromSeconds(1));

        Assert.Equal(HttpStatusCode.Created, (await CreateAsync(await Server.ServiceTokenAsync(owner), robot, key)).StatusCode);
        Assert.Equal(2, await KeysOfAsync(robot));
        Server.Clock.Move(TimeSpan.FromHours(24) + TimeSpan.FromSeconds(1));
        await Server.Services.GetRequiredService<Pruning>().PruneAsync(CancellationToken.None);
        Assert.Empty(await RowsAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("a b")]
    [InlineData("a\"b")]
    [InlineData("a, b")]
    public async Task A_malformed_key_is_refused_by_name(string key)
    {
        var answer = await CreateAsync(await TokenAsync(), "nobody", key);

        if (key.Length == 0) await answer.ProblemAsync(HttpStatusCode.BadRequest); // an empty header, or none: the client is unknown either way
        else Assert.Equal("Idempotency-Key", (await answer.ProblemAsync(HttpStatusCode.BadRequest)).GetProperty("errors")[0].GetProperty("field").GetString());
    }

    private async Task<string> TokenAsync() => await Server.ServiceTokenAsync(await AddClientAsync(AdminWalk.Service("manage:api-keys", "view:users")));

    private Task<HttpResponseMessage> CreateAsync(string token, string robot, string key) =>
        Server.AdminAsync("POST", "/api-keys", token, $$"""{"client_id":"{{robot}}","name":"nightly"}""", ("Idempotency-Key", key));

    private async Task<long> KeysOfAsync(string robot) => Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM api_keys WHERE client_id = $1", robot), CultureInfo.InvariantCulture);

    private async Task<List<string>> RowsAsync()
    {
        await using var session = await Server.Services.GetRequiredService<Database>().ReadAsync(CancellationToken.None);
        return await session.ListAsync("SELECT id, request, COALESCE(body, '') FROM remembered_answers", row => $"{row.GetString(0)} {row.GetString(1)} {row.GetString(2)}", CancellationToken.None);
    }

    private static string NewKey() => $"\"{Guid.NewGuid()}\"";
}

/// <inheritdoc />
public sealed class IdempotencyKeyTestsOnSqlite(SqliteServer server) : IdempotencyKeyTests(server), IClassFixture<SqliteServer>;

/// <inheritdoc />
public sealed class IdempotencyKeyTestsOnPostgreSql(PostgreSqlServer server) : IdempotencyKeyTests(server), IClassFixture<PostgreSqlServer>;
