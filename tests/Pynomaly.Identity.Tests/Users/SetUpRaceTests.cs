using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

/// <summary>The first administrator: however many links were printed, and on however many nodes they are used at once, there is one.</summary>
public abstract class SetUpRaceTests(TestServer server) : ServerSuite(server)
{
    [Fact]
    public async Task Of_fifty_links_used_at_once_on_two_nodes_one_makes_an_administrator()
    {
        await ExecuteAsync("DELETE FROM user_roles WHERE user_id = $1", TestData.Bob);
        if (Server.Nodes < 2) await Server.StartNodeAsync();
        var setUp = Server.Services.GetRequiredService<SetUp>();
        List<(Browser Browser, HttpResponseMessage Page)> open = [];
        for (var i = 0; i < 50; i++)
        {
            var browser = Server.Browser(i % 2);
            open.Add((browser, await browser.GetAsync((await setUp.LinkAsync(CancellationToken.None))!)));
        }

        var answers = await Task.WhenAll(open.Select((one, i) => Task.Run(() =>
            one.Browser.SubmitAsync(one.Page, "create-administrator", ("username", $"first-{i}"), ("email", $"first-{i}@example.org"), ("password", "nine silent moths circle")))));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.SeeOther);
        Assert.All(answers.Where(answer => answer.StatusCode != HttpStatusCode.SeeOther), answer => Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode));
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM users WHERE user_name LIKE 'first-%'"));
        Assert.Null(await setUp.LinkAsync(CancellationToken.None));
        foreach (var (browser, _) in open) browser.Dispose();
    }
}

/// <summary>On SQLite.</summary>
public sealed class SetUpRaceTestsOnSqlite(SqliteServer server) : SetUpRaceTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class SetUpRaceTestsOnPostgreSql(PostgreSqlServer server) : SetUpRaceTests(server), IClassFixture<PostgreSqlServer>;
