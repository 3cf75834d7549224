using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Authorization;

/// <summary>A node that knows nothing fresh for a moment: what waits for the person goes on waiting.</summary>
public sealed class StaleNodeTests(SqliteServer server) : ServerSuite(server), IClassFixture<SqliteServer>
{
    [Fact]
    public async Task A_request_that_waits_is_put_off_and_not_called_expired()
    {
        var node = await Server.StartNodeAsync();
        var feed = Server.ServicesOf(node).GetRequiredService<ChangeFeed>();
        using var browser = Server.Browser(node);
        var page = (await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(TestData.Web)))).RequestMessage!.RequestUri!.PathAndQuery;
        using var impatient = Server.ImpatientBrowser(node);
        impatient.Cookies.Add(browser.Cookies.GetAllCookies());

        await feed.StopAsync(TestContext.Current.CancellationToken);
        await Until.TrueAsync(() => Task.FromResult(!feed.IsFresh), "a node that knows nothing fresh");
        var refused = await impatient.GetAsync(page);

        Assert.StartsWith("/signin?", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        await Until.TrueAsync(async () =>
        {
            feed.Look();
            return (await impatient.GetAsync(page)).StatusCode == HttpStatusCode.OK;
        }, "the sign-in page, as soon as the node knows again");
    }
}
