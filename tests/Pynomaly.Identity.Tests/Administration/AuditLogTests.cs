using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>The audit trail as operators read it, by the layer and over the API.</summary>
public abstract class AuditLogTests(TestServer server) : ServerSuite(server)
{
    private static readonly EventId SignedIn = new(5501, "SignedIn");
    private static readonly EventId Failed = new(5502, "SignInFailed");

    private AuditLog Log => Server.Services.GetRequiredService<AuditLog>();

    [Fact]
    public async Task Every_filter_finds_its_entries_newest_first_and_no_others()
    {
        var mark = $"m{Guid.NewGuid():N}";
        for (var i = 0; i < 3; i++)
        {
            await EnterAsync(new AuditEntry(SignedIn) { Actor = $"{mark}-actor", UserId = TestData.Ada, ClientId = mark, SessionId = mark, Address = "192.0.2.77", CorrelationId = $"{mark}-{i}" });
            await EnterAsync(new AuditEntry(Failed) { UserId = TestData.Cleo, ClientId = $"{mark}-other" });
        }

        var client = (await SearchAsync(new AuditQuery { Client = mark })).Items;
        Assert.Equal(3, client.Count);
        Assert.Equal(client.OrderByDescending(item => item.Entry.Sequence).Select(item => item.Entry.Sequence), client.Select(item => item.Entry.Sequence));
        Assert.All(client, item => Assert.Equal(("ada", "done", "192.0.2.77"), (item.UserName, item.Outcome, item.Entry.Address)));
        Assert.Equal(3, (await SearchAsync(new AuditQuery { Actor = $"{mark}-actor" })).Items.Count);
        Assert.Equal(3, (await SearchAsync(new AuditQuery { Session = mark })).Items.Count);
        Assert.Equal(3, (await SearchAsync(new AuditQuery { Address = "192.0.2.77", User = "ADA", Client = mark })).Items.Count); // a name is as good as an id
        Assert.Equal($"{mark}-1", Assert.Single((await SearchAsync(new AuditQuery { CorrelationId = $"{mark}-1" })).Items).Entry.CorrelationId);
        Assert.Empty((await SearchAsync(new AuditQuery { Client = mark, Outcome = "refused" })).Items);
        Assert.Equal(3, (await SearchAsync(new AuditQuery { Client = $"{mark}-other", Outcome = "refused" })).Items.Count);
        Assert.Empty((await SearchAsync(new AuditQuery { Client = mark, Event = "SignInFailed" })).Items);
        Assert.Empty((await SearchAsync(new AuditQuery { Client = mark, From = Server.Clock.GetUtcNow().AddMinutes(1) })).Items);
        Assert.Equal(3, (await SearchAsync(new AuditQuery { Client = mark, From = Server.Clock.GetUtcNow().AddMinutes(-1), To = Server.Clock.GetUtcNow() })).Items.Count);
        Assert.All((await SearchAsync(new AuditQuery { Outcome = "refused" })).Items, item => Assert.Equal("refused", item.Outcome));
        Assert.All((await SearchAsync(new AuditQuery { Outcome = "done" })).Items, item => Assert.Equal("done", item.Outcome));
    }

    [Fact]
    public async Task A_time_in_the_past_is_found_exactly()
    {
        var mark = $"m{Guid.NewGuid():N}";
        var start = Server.Clock.GetUtcNow();
        for (var i = 0; i < 6; i++)
        {
            await EnterAsync(new AuditEntry(SignedIn) { ClientId = mark });
            Server.Clock.Move(TimeSpan.FromHours(1));
        }

        var found = await SearchAsync(new AuditQuery { From = start.AddHours(2), To = start.AddHours(3), Event = "SignedIn" });

        Assert.Equal([start.AddHours(3), start.AddHours(2)], found.Items.Where(item => item.Entry.ClientId == mark).Select(item => item.Entry.At));
    }

    [Fact]
    public async Task A_list_goes_on_where_it_stopped_while_new_entries_come()
    {
        var mark = $"m{Guid.NewGuid():N}";
        foreach (var query in new[] { new AuditQuery { Client = mark }, new AuditQuery { Client = mark, User = TestData.Cleo } })
        {
            List<long> all = [];
            for (var i = 0; i < 7; i++) await EnterAsync(new AuditEntry(SignedIn) { ClientId = mark, UserId = TestData.Cleo });
            var expected = (await SearchAsync(query)).Items.Select(item => item.Entry.Sequence).ToList();
            string? after = null;
            do
            {
                var page = await Log.SearchAsync(Operator.CommandLine, query, after, 3, default);
                all.AddRange(page.Items.Select(item => item.Entry.Sequence));
                after = page.Next;
                await EnterAsync(new AuditEntry(SignedIn) { ClientId = mark, UserId = TestData.Cleo });
            }
            while (after is not null);

            Assert.Equal(expected, all);
        }
    }

    [Fact]
    public async Task AD_09_a_cursor_of_another_search_is_refused()
    {
        var mark = $"m{Guid.NewGuid():N}";
        for (var i = 0; i < 3; i++) await EnterAsync(new AuditEntry(SignedIn) { ClientId = mark });
        var cursor = (await Log.SearchAsync(Operator.CommandLine, new AuditQuery { Client = mark }, null, 1, default)).Next;

        await Assert.ThrowsAsync<AdministrationException>(() => Log.SearchAsync(Operator.CommandLine, new AuditQuery { Client = TestData.Web }, cursor, 1, default));
        await Assert.ThrowsAsync<AdministrationException>(() => Log.SearchAsync(Operator.CommandLine, new AuditQuery { Client = mark }, cursor + "A", 1, default));
    }

    [Fact]
    public async Task Who_may_not_read_the_trail_reads_nothing()
    {
        var who = new Operator { Id = "x", Kind = OperatorKind.Person, Patterns = ["manage:*", "view:system"], IsConfirmed = true };

        await Assert.ThrowsAsync<AdministrationException>(() => Log.SearchAsync(who, new AuditQuery(), null, 10, default));
        await Assert.ThrowsAsync<AdministrationException>(() => Log.ExportAsync(who, new AuditQuery(), AuditFormat.Csv, default));
        await Assert.ThrowsAsync<AdministrationException>(() => Log.SealsAsync(who, null, 10, default));
        await Assert.ThrowsAsync<AdministrationException>(() => Server.Services.GetRequiredService<AuditVerifications>().FindAsync(who, default));
    }

    [Fact]
    public async Task An_export_has_every_entry_that_fits_and_is_entered_itself()
    {
        var mark = $"m{Guid.NewGuid():N}";
        var sequences = new List<long>();
        await Server.Services.GetRequiredService<Database>().WriteAsync(async (session, stop) =>
        {
            for (var i = 0; i < 1203; i++) await Server.Services.GetRequiredService<AuditTrail>().WriteAsync(session, new AuditEntry(SignedIn) { ClientId = mark, Detail = "{\"a\":\"=1+1\"}" }, stop);
            return true;
        }, default);

        using var json = new MemoryStream();
        await (await Log.ExportAsync(Operator.CommandLine, new AuditQuery { Client = mark }, AuditFormat.JsonLines, default))(json, default);
        using var csv = new MemoryStream();
        await (await Log.ExportAsync(Operator.CommandLine, new AuditQuery { Client = mark }, AuditFormat.Csv, default))(csv, default);

        var lines = System.Text.Encoding.UTF8.GetString(json.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(1203, lines.Select(line => line.GetProperty("sequence").GetInt64()).Distinct().Count());
        Assert.Equal("=1+1", lines[0].GetProperty("detail").GetProperty("a").GetString());
        Assert.Equal(1204, System.Text.Encoding.UTF8.GetString(csv.ToArray()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(2, (await SearchAsync(new AuditQuery { Event = "AuditExported" })).Items.Count(item => item.Entry.Detail!.Contains(mark, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Every_entry_of_a_request_says_from_where_and_in_which_request()
    {
        using var machine = Server.Machine(address: "198.51.100.23");
        var grant = await Server.GrantAsync(user: "cleo", browser: Server.Browser(address: "198.51.100.23"));
        await machine.RedeemAsync(grant);
        await machine.PostAsClientAsync("/connect/revoke", TestData.Web, ("token", (await (await machine.RedeemAsync(await Server.GrantAsync(user: "cleo", browser: grant.Browser))).TokensAsync()).AccessToken));

        var entries = (await SearchAsync(new AuditQuery { Address = "198.51.100.23" })).Items;

        Assert.All(["SignedIn", "AuthorizationGranted", "CodeRedeemed", "TokenRevoked"], name => Assert.Contains(entries, item => item.Entry.Name == name));
        Assert.All(entries, item => Assert.False(string.IsNullOrEmpty(item.Entry.CorrelationId), item.Entry.Name));
    }

    [Theory]
    [InlineData("=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\tx", "\"'\tx\"")]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("\uFF1D1", "\"'\uFF1D1\"")]
    [InlineData("a \"b\", c\nd", "\"a \"\"b\"\", c\nd\"")]
    [InlineData(null, "")]
    public void AD_10_no_cell_of_an_export_is_a_formula(string? text, string cell) => Assert.Equal(cell, AuditFormat.Cell(text));

    [Fact]
    public async Task Over_the_API_the_trail_is_searched_exported_and_its_seals_are_read()
    {
        using var machine = Server.Machine();
        var token = await TokenAsync(machine, "view:audit", "view:system");
        await SealedAsync();

        var list = await (await GetAsync(machine, token, "/audit?limit=2&event=TokensIssued&outcome=done")).JsonAsync();
        Assert.True(list.GetProperty("items").GetArrayLength() <= 2);
        var all = await (await GetAsync(machine, token, "/audit?limit=1")).JsonAsync();
        var one = all.GetProperty("items")[0];
        var again = await (await GetAsync(machine, token, $"/audit/{one.GetProperty("sequence").GetInt64()}")).JsonAsync();
        Assert.Equal(one.GetProperty("event").GetString(), again.GetProperty("event").GetString());
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(machine, token, $"/audit?after={all.GetProperty("next").GetString()}&limit=1")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(machine, token, "/audit/99999999")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync(machine, token, "/audit?limit=1000000000")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync(machine, token, "/audit?from=yesterday")).StatusCode);
        var export = await GetAsync(machine, token, "/audit/export?format=csv");
        Assert.Equal("text/csv", export.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("sequence,at,", await export.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var seals = await (await GetAsync(machine, token, "/audit/seals")).JsonAsync();
        Assert.NotEqual(0, seals.GetProperty("items").GetArrayLength());
        Assert.Equal("P-256", (await (await GetAsync(machine, token, "/audit/key")).JsonAsync()).GetProperty("crv").GetString());
        Assert.Equal(24, (await (await GetAsync(machine, token, "/statistics")).JsonAsync()).GetProperty("lines").GetProperty("tokens").GetArrayLength());
    }

    [Fact]
    public async Task AD_11_no_method_of_the_API_alters_or_removes_an_entry()
    {
        using var machine = Server.Machine();
        var token = await TokenAsync(machine, "*:*");
        await EnterAsync(new AuditEntry(SignedIn) { ClientId = "kept" });
        var entry = (await SearchAsync(new AuditQuery { Client = "kept" })).Items[0].Entry;

        foreach (var method in new[] { "DELETE", "PUT", "PATCH", "POST" })
        {
            foreach (var path in new[] { "/audit", $"/audit/{entry.Sequence}", "/audit/seals", "/audit/export" })
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/admin/v1{path}");
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                Assert.Contains((await machine.SendAsync(request)).StatusCode, new[] { HttpStatusCode.MethodNotAllowed, HttpStatusCode.NotFound });
            }
        }

        Assert.Equal(entry.Sequence, (await SearchAsync(new AuditQuery { Client = "kept" })).Items[0].Entry.Sequence);
    }

    [Fact]
    public async Task What_an_operator_may_not_is_entered_as_refused()
    {
        using var machine = Server.Machine();
        var token = await TokenAsync(machine, "view:users");

        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync(machine, token, "/audit")).StatusCode);

        var entry = (await SearchAsync(new AuditQuery { Event = "OperatorRefused" })).Items.First(item => item.Entry.Detail!.Contains("listAuditEntries", StringComparison.Ordinal));
        Assert.Equal("refused", entry.Outcome);
        Assert.StartsWith("client-", entry.Entry.Actor, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statistics_count_each_entry_once_and_counted_ones_as_often_as_they_say()
    {
        await SealedAsync();
        var before = await CountAsync("ClientRefused");
        await EnterAsync(new AuditEntry(new EventId(5001, "ClientRefused")) { Detail = "{\"times\":41}" });
        await EnterAsync(new AuditEntry(new EventId(5001, "ClientRefused")));

        await SealedAsync();

        Assert.Equal(before + 42, await CountAsync("ClientRefused"));
        var series = await Server.Services.GetRequiredService<Statistics>().SeriesAsync(Operator.CommandLine, byDay: true, 7, default);
        Assert.Equal(7, series.Lines["refused_clients"].Count);
        Assert.True(series.Lines["refused_clients"].Sum() >= 42);
        Assert.True(series.Events["ClientRefused"] >= 42);
    }

    private async Task<long> CountAsync(string name) => Convert.ToInt64(await Server.ScalarAsync("SELECT COALESCE(SUM(count), 0) FROM statistics WHERE name = $1", name), System.Globalization.CultureInfo.InvariantCulture);

    private Task EnterAsync(AuditEntry entry) => Server.Services.GetRequiredService<AuditTrail>().WriteAsync(entry, default);

    private Task<Page<AuditItem>> SearchAsync(AuditQuery query) => Log.SearchAsync(Operator.CommandLine, query, null, 100, default);

    private static Task<HttpResponseMessage> GetAsync(HttpClient machine, string token, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/api/admin/v1{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return machine.SendAsync(request);
    }

    private async Task<string> TokenAsync(HttpClient machine, params List<string> permissions)
    {
        var client = await AddClientAsync(new ClientMetadata { ClientName = "Operator", GrantTypes = ["client_credentials"], ResponseTypes = [], Scope = "administration", Permissions = permissions });
        return (await (await machine.TokenAsync(client, ("grant_type", "client_credentials"), ("scope", "administration"), ("resource", TestServer.Issuer))).TokensAsync()).AccessToken;
    }
}

/// <summary>The same over SQLite.</summary>
public sealed class AuditLogTestsOnSqlite(SqliteServer server) : AuditLogTests(server), IClassFixture<SqliteServer>;

/// <summary>The same over PostgreSQL.</summary>
public sealed class AuditLogTestsOnPostgreSql(PostgreSqlServer server) : AuditLogTests(server), IClassFixture<PostgreSqlServer>;
