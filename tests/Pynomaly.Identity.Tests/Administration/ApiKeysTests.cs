using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tests.SelfService;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>What operators do about API keys, and what nobody may.</summary>
public abstract class ApiKeysTests(TestServer server) : ServerSuite(server)
{
    private ApiKeys Keys => Server.Services.GetRequiredService<ApiKeys>();

    [Fact]
    public async Task AD_03_each_act_asks_for_its_right_and_dangerous_ones_for_a_fresh_proof()
    {
        var service = await AddClientAsync(TestKeys.Service());
        var id = TestKeys.IdOf(await Server.KeyAsync(null, service, Draft("read:*")));
        var (nobody, reader, stale) = (Who("view:users"), Who("view:api-keys"), Who(["manage:api-keys", "assign:roles"], isConfirmed: false));

        await RefusedAsync(AdministrationProblem.Forbidden, () => Keys.ListAsync(nobody, new ApiKeyFilter(), null, 10, Stop));
        await RefusedAsync(AdministrationProblem.Forbidden, () => Keys.GetAsync(nobody, id, Stop));
        await RefusedAsync(AdministrationProblem.Forbidden, () => Keys.CreateAsync(reader, new NewApiKey(service, Draft("read:*")), Stop));
        await RefusedAsync(AdministrationProblem.Forbidden, () => Keys.ChangeAsync(reader, id, new ApiKeyChange { Name = "x" }, null, Stop));
        await RefusedAsync(AdministrationProblem.Forbidden, () => Keys.RotateAsync(reader, id, TimeSpan.Zero, null, Stop));
        await RefusedAsync(AdministrationProblem.Forbidden, () => Keys.RevokeAsync(reader, id, null, Stop));
        await RefusedAsync(AdministrationProblem.NotConfirmed, () => Keys.CreateAsync(stale, new NewApiKey(service, Draft("read:*")), Stop));
        await RefusedAsync(AdministrationProblem.NotConfirmed, () => Keys.ChangeAsync(stale, id, new ApiKeyChange { Name = "x" }, null, Stop));
        await RefusedAsync(AdministrationProblem.NotConfirmed, () => Keys.RotateAsync(stale, id, TimeSpan.Zero, null, Stop));
        Assert.Equal("active", (await Keys.GetAsync(reader, id, Stop)).StateAt(Server.Clock.GetUtcNow()));
        await Keys.RevokeAsync(stale, id, null, Stop); // to end something needs no fresh proof
    }

    [Fact]
    public async Task AK_10_a_key_is_wider_neither_than_its_service_nor_than_what_the_operator_may_grant()
    {
        var service = await AddClientAsync(TestKeys.Service("read:*", "manage:users"));
        var keeper = Who("manage:api-keys", "view:api-keys", "read:datasets");

        await InvalidAsync("permissions", "not_held", () => Keys.CreateAsync(Operator.CommandLine, new NewApiKey(service, Draft("write:datasets")), Stop));
        await InvalidAsync("permissions", "not_held", () => Keys.CreateAsync(Operator.CommandLine, new NewApiKey(service, Draft("*:*")), Stop));
        await RefusedAsync(AdministrationProblem.Forbidden, () => Keys.CreateAsync(keeper, new NewApiKey(service, Draft("manage:users")), Stop));
        await RefusedAsync(AdministrationProblem.Forbidden, () => Keys.CreateAsync(keeper, new NewApiKey(service, Draft("read:*")), Stop));
        await RefusedAsync(AdministrationProblem.Forbidden, () => Keys.CreateAsync(keeper, new NewApiKey(service, Draft()), Stop)); // all that the service may
        var made = await Keys.CreateAsync(keeper, new NewApiKey(service, Draft("read:datasets")), Stop);
        await RefusedAsync(AdministrationProblem.Forbidden, () => Keys.ChangeAsync(keeper, made.Summary.Id, new ApiKeyChange { Permissions = ["read:datasets", "manage:users"] }, null, Stop));
        var wide = await Keys.CreateAsync(Operator.CommandLine, new NewApiKey(service, Draft("manage:users")), Stop);
        await RefusedAsync(AdministrationProblem.Forbidden, () => Keys.RotateAsync(keeper, wide.Summary.Id, TimeSpan.Zero, null, Stop)); // it would be theirs to use

        Assert.Equal(["read:datasets"], made.Summary.Permissions);
    }

    [Fact]
    public async Task Keys_are_made_for_confidential_services_only()
    {
        await InvalidAsync("client_id", "unknown", () => Keys.CreateAsync(Operator.CommandLine, new NewApiKey("nothing", Draft("read:*")), Stop));
        await InvalidAsync("client_id", "no_service", () => Keys.CreateAsync(Operator.CommandLine, new NewApiKey(TestData.Native, Draft("read:*")), Stop));
        await InvalidAsync("client_id", "no_service", () => Keys.CreateAsync(Operator.CommandLine, new NewApiKey(TestData.Web, Draft("read:*")), Stop));
    }

    [Fact]
    public async Task Nobody_but_its_owner_rotates_a_persons_key_and_anybody_with_the_right_ends_it()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var key = await Server.KeyAsync(person, "read:datasets", "read:results");

        await RefusedAsync(AdministrationProblem.Conflict, () => Keys.RotateAsync(Operator.CommandLine, TestKeys.IdOf(key), TimeSpan.Zero, null, Stop));
        await InvalidAsync("permissions", "not_held", () => Keys.ChangeAsync(Operator.CommandLine, TestKeys.IdOf(key), new ApiKeyChange { Permissions = ["write:datasets"] }, null, Stop));
        await InvalidAsync("permissions", "management", () => Keys.ChangeAsync(Operator.CommandLine, TestKeys.IdOf(key), new ApiKeyChange { Permissions = ["manage:users"] }, null, Stop));
        var token = await Server.Machine().TokenOfAsync(key);
        await Keys.ChangeAsync(Operator.CommandLine, TestKeys.IdOf(key), new ApiKeyChange { Permissions = ["read:results"] }, null, Stop);
        Assert.False(await Server.Machine().IsActiveAsync(token)); // what it may do no more, it does no more
        Server.Clock.Move(TimeSpan.FromSeconds(1));
        Assert.Equal("read:results", OAuth.Claims(await Server.Machine().TokenOfAsync(key)).GetProperty("permissions")[0].GetString());
        await Keys.RevokeAsync(Operator.CommandLine, TestKeys.IdOf(key), null, Stop);

        await RefusedAsync(AdministrationProblem.Conflict, () => Keys.ChangeAsync(Operator.CommandLine, TestKeys.IdOf(key), new ApiKeyChange { Name = "x" }, null, Stop));
        await (await Server.Machine().ExchangeAsync(key)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task AD_09_a_list_goes_on_where_it_ended_and_takes_no_foreign_cursor()
    {
        var service = await AddClientAsync(TestKeys.Service());
        var ids = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            ids.Add(TestKeys.IdOf(await Server.KeyAsync(null, service, Draft("read:*") with { Name = $"job {i % 2} 100%" })));
            if (i % 3 == 0) Server.Clock.Move(TimeSpan.FromSeconds(1)); // some share their moment
        }

        await Keys.RevokeAsync(Operator.CommandLine, ids[0], null, Stop);
        var filter = new ApiKeyFilter { ClientId = service };
        var (seen, after) = (new List<string>(), (string?)null);
        do
        {
            var page = await Keys.ListAsync(Operator.CommandLine, filter, after, 2, Stop);
            seen.AddRange(page.Items.Select(key => key.Id));
            after = page.Next;
            if (after is not null) await InvalidAsync("after", "unknown", () => Keys.ListAsync(Operator.CommandLine, new ApiKeyFilter { Owner = "service" }, after, 2, Stop));
        }
        while (after is not null);

        Assert.Equal(ids.Order(), seen.Order());
        Assert.Equal(ids[0], Assert.Single((await Keys.ListAsync(Operator.CommandLine, filter with { State = "revoked" }, null, 50, Stop)).Items).Id);
        Assert.Equal(3, (await Keys.ListAsync(Operator.CommandLine, filter with { Search = "JOB 1 100%" }, null, 50, Stop)).Items.Count);
        Assert.Empty((await Keys.ListAsync(Operator.CommandLine, filter with { Search = "job_1" }, null, 50, Stop)).Items);
        Assert.Equal(ids[2], Assert.Single((await Keys.ListAsync(Operator.CommandLine, filter with { Search = ids[2] }, null, 50, Stop)).Items).Id);
        Assert.Equal(6, (await Keys.ListAsync(Operator.CommandLine, filter with { ExpiresBefore = Server.Clock.GetUtcNow().AddDays(91) }, null, 50, Stop)).Items.Count);
        await InvalidAsync("state", "unknown", () => Keys.ListAsync(Operator.CommandLine, new ApiKeyFilter { State = "odd" }, null, 50, Stop));
    }

    [Fact]
    public async Task AD_09_what_is_searched_for_comes_by_name_and_then_by_id_in_parts()
    {
        var service = await AddClientAsync(TestKeys.Service());
        var (prefix, ids) = (ApiKeyText.Prefix, new Dictionary<string, string>());
        foreach (var name in new[] { "Ärger 2", "ärger 10", "zu Ärger", prefix + "b", "PYN_A", "straße" }) ids[name] = TestKeys.IdOf(await Server.KeyAsync(null, service, Draft("read:*") with { Name = name }));

        Assert.Equal([ids["ärger 10"], ids["Ärger 2"]], await FoundAsync("äRGER"));
        Assert.Equal([ids["Ärger 2"]], await FoundAsync(" A\u0308rger 2 ")); // composed otherwise
        Assert.Equal([ids["straße"]], await FoundAsync("STRASSE".Replace("SS", "ẞ", StringComparison.Ordinal)));
        Assert.Empty(await FoundAsync("%"));
        Assert.Equal(ids.Count, (await FoundAsync("  ")).Count);
        Assert.Equal([ids["zu Ärger"]], await FoundAsync(ids["zu Ärger"][..12])); // as lists show the beginning of it

        // All of them by id, those that are named so first, and each once.
        Assert.Equal([ids["PYN_A"], ids[prefix + "b"], .. ids.Where(key => !key.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).Select(key => key.Value).Order(StringComparer.Ordinal)], await FoundAsync(prefix));

        await Keys.ChangeAsync(Operator.CommandLine, ids["straße"], new ApiKeyChange { Name = "Weg" }, null, Stop);
        Assert.Empty(await FoundAsync("stra"));
        Assert.Equal([ids["straße"]], await FoundAsync("we"));

        async Task<List<string>> FoundAsync(string search)
        {
            var (seen, after) = (new List<string>(), (string?)null);
            do
            {
                var page = await Keys.ListAsync(Operator.CommandLine, new ApiKeyFilter { ClientId = service, Search = search }, after, 1, Stop);
                seen.AddRange(page.Items.Select(key => key.Id));
                after = page.Next;
            }
            while (after is not null);
            return seen;
        }
    }

    [Theory]
    [InlineData("search")]
    [InlineData("q")]
    public async Task The_API_finds_keys_by_the_beginning_of_name_and_id(string parameter)
    {
        var service = await AddClientAsync(TestKeys.Service());
        var ids = new List<string>();
        foreach (var name in new[] { "nightly", "weekly" }) ids.Add(TestKeys.IdOf(await Server.KeyAsync(null, service, Draft("read:*") with { Name = name })));
        var token = await Server.ServiceTokenAsync(await AddClientAsync(AdminWalk.Service("view:api-keys")));

        foreach (var (asked, found) in new[] { ("WEEK", ids[1]), (ids[0], ids[0]), (ids[0][..10], ids[0]) })
        {
            var list = await (await CallAsync(HttpMethod.Get, $"?client_id={service}&{parameter}={asked}", token)).JsonAsync();
            Assert.Equal([found], list.GetProperty("items").EnumerateArray().Select(key => key.GetProperty("id").GetString()));
        }
    }

    [Fact]
    public async Task The_API_makes_changes_rotates_and_revokes_by_version()
    {
        var service = await AddClientAsync(TestKeys.Service());
        var admin = await TestPerson.AddAsync(Server, withApp: true, roles: "admin");
        var token = (await Server.TokensAsync(await AddClientAsync(AccountWalk.ApiClient("openid administration")), admin, "openid administration")).AccessToken;

        var made = await CallAsync(HttpMethod.Post, "", token, $$"""{"client_id":"{{service}}","name":"job","permissions":["read:datasets"]}""");
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var key = (await made.JsonAsync()).GetProperty("key").GetString()!;
        var id = TestKeys.IdOf(key);
        var read = await CallAsync(HttpMethod.Get, $"/{id}", token);
        var tag = read.Headers.ETag!.ToString();
        var changed = await CallAsync(HttpMethod.Patch, $"/{id}", token, """{"name":"job 2"}""", tag);
        await (await CallAsync(HttpMethod.Patch, $"/{id}", token, """{"name":"job 3"}""", tag)).ProblemAsync(HttpStatusCode.PreconditionFailed);
        var rotated = await CallAsync(HttpMethod.Post, $"/{id}/rotation", token, "{}", changed.Headers.ETag!.ToString());
        var listed = await (await CallAsync(HttpMethod.Get, $"?client_id={service}", token)).JsonAsync();

        Assert.Equal(("job 2", "Nightly", service), (listed.GetProperty("items")[0].GetProperty("name").GetString(), listed.GetProperty("items")[0].GetProperty("owner").GetString(), listed.GetProperty("items")[0].GetProperty("client_id").GetString()));
        Assert.False((await read.JsonAsync()).TryGetProperty("key", out _));
        Assert.Equal(HttpStatusCode.OK, (await Server.Machine().ExchangeAsync((await rotated.JsonAsync()).GetProperty("key").GetString()!)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Server.Machine().ExchangeAsync(key)).StatusCode); // a day more
        Assert.Equal(HttpStatusCode.NoContent, (await CallAsync(HttpMethod.Delete, $"/{id}", token)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await CallAsync(HttpMethod.Delete, $"/{id}", token)).StatusCode); // said twice, done once
        await (await CallAsync(HttpMethod.Get, "/pyn_nothing", token)).ProblemAsync(HttpStatusCode.NotFound);
        Assert.Equal(1L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'ApiKeyRevoked' AND client_id = $1 AND actor = $2", id, admin.Id), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_services_key_administers_what_service_and_key_both_may_and_stops_when_either_may_not()
    {
        var service = await AddClientAsync(TestKeys.Service("view:api-keys", "view:users") with { Scope = "administration" });
        var made = await Keys.CreateAsync(Operator.CommandLine, new NewApiKey(service, Draft("view:api-keys")), Stop);
        var token = await Server.Machine().TokenOfAsync(made.Key);

        var listed = await CallAsync(HttpMethod.Get, $"?client_id={service}", token);
        await Keys.RevokeAsync(Operator.CommandLine, made.Summary.Id, null, Stop);

        Assert.Equal(HttpStatusCode.OK, listed.StatusCode);
        Assert.Equal((service, made.Summary.Id), (OAuth.Claims(token).GetProperty("sub").GetString(), OAuth.Claims(token).GetProperty("client_id").GetString()));
        Assert.Equal(HttpStatusCode.Unauthorized, (await CallAsync(HttpMethod.Get, "", token)).StatusCode);
    }

    private static CancellationToken Stop => CancellationToken.None;

    private static ApiKeyDraft Draft(params string[] permissions) => new() { Name = "job", Permissions = permissions };

    private static Operator Who(params string[] patterns) => Who(patterns, isConfirmed: true);

    private static Operator Who(string[] patterns, bool isConfirmed) => new() { Id = "somebody", Kind = OperatorKind.Person, Patterns = patterns, IsConfirmed = isConfirmed };

    private static async Task RefusedAsync(AdministrationProblem problem, Func<Task> act) => Assert.Equal(problem, (await Assert.ThrowsAsync<AdministrationException>(act)).Problem);

    private static async Task InvalidAsync(string field, string code, Func<Task> act)
    {
        var refusal = await Assert.ThrowsAsync<AdministrationException>(act);
        Assert.Contains(refusal.Errors, error => error.Field == field && error.Code == code);
    }

    private async Task<HttpResponseMessage> CallAsync(HttpMethod method, string path, string token, string? json = null, string? tag = null)
    {
        using var request = new HttpRequestMessage(method, $"/api/admin/v1/api-keys{path}") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        if (tag is not null) request.Headers.TryAddWithoutValidation("If-Match", tag);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await Server.Machine().SendAsync(request);
    }
}

/// <inheritdoc />
public sealed class ApiKeysTestsOnSqlite(SqliteServer server) : ApiKeysTests(server), IClassFixture<SqliteServer>;

/// <inheritdoc />
public sealed class ApiKeysTestsOnPostgreSql(PostgreSqlServer server) : ApiKeysTests(server), IClassFixture<PostgreSqlServer>;
