using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tests.SelfService;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

/// <summary>How long a session lasts, and that what has ended is not revived (cases SE-03, SE-04; ASVS 7.3.1, 7.3.2, 7.4.1).</summary>
public abstract class SessionLifeTests(TestServer server) : ServerSuite(server)
{
    [Fact]
    public async Task A_session_that_rests_for_twelve_hours_has_ended_and_one_that_is_used_goes_on()
    {
        var (resting, used) = (await SignedInAsync(), await SignedInAsync());
        Server.Clock.Move(TimeSpan.FromHours(11));
        Assert.True(await IsSignedInAsync(used));
        Server.Clock.Move(TimeSpan.FromMinutes(59));
        Assert.True(await IsSignedInAsync(used));

        Server.Clock.Move(TimeSpan.FromMinutes(1));

        Assert.False(await IsSignedInAsync(resting));
        Assert.True(await IsSignedInAsync(used));
    }

    [Fact]
    public async Task A_session_ends_after_seven_days_however_often_it_is_used()
    {
        var browser = await SignedInAsync();
        for (var hours = 0; hours < 7 * 24 - 6; hours += 6)
        {
            Server.Clock.Move(TimeSpan.FromHours(6));
            Assert.True(await IsSignedInAsync(browser), $"after {hours + 6} hours");
        }

        Server.Clock.Move(TimeSpan.FromHours(6));

        Assert.False(await IsSignedInAsync(browser));
    }

    [Fact]
    public async Task SE_04_The_session_of_a_disabled_person_is_nobodys_at_its_next_use()
    {
        var browser = await SignedInAsync();
        var id = (await Sessions.CurrentAsync(Visitor.Of(browser), CancellationToken.None))!.UserId;

        await ExecuteAsync("UPDATE users SET is_disabled = $1 WHERE id = $2", true, id);

        Assert.Null(await Sessions.CurrentAsync(Visitor.Of(browser), CancellationToken.None));
        Assert.False(await IsSignedInAsync(browser));
        CodeFlow.AssertRefused(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("prompt", "none"))), "login_required");
    }

    [Fact]
    public async Task SE_03_A_session_that_ended_meanwhile_is_not_renewed_and_of_fifty_renewals_one_counts()
    {
        var (ended, living) = (await SignedInAsync(), await SignedInAsync());
        var late = Visitor.Of(ended);
        await Sessions.CurrentAsync(late, CancellationToken.None); // the request has found its session
        await ExecuteAsync("UPDATE sessions SET ended = $1 WHERE id = $2", Server.Clock.GetUtcNow(), (await Sessions.CurrentAsync(late, CancellationToken.None))!.Id);
        var requests = Enumerable.Range(0, 50).Select(_ => Visitor.Of(living)).ToList();
        foreach (var request in requests) await Sessions.CurrentAsync(request, CancellationToken.None);

        var renewed = await Task.WhenAll(requests.Select(request => Sessions.RenewAsync(request, CancellationToken.None)));

        Assert.Null(await Sessions.RenewAsync(late, CancellationToken.None));
        Assert.False(await IsSignedInAsync(ended));
        Assert.Single(renewed, one => one is not null);
    }

    [Fact]
    public async Task A_session_whose_place_another_person_takes_ends_as_by_a_logout_and_that_is_in_the_trail()
    {
        var (before, after) = (await TestPerson.AddAsync(Server), await TestPerson.AddAsync(Server));
        var client = await AddClientAsync(AccountWalk.ApiClient());
        using var browser = await Server.SignedInAsync(before);
        var session = (await Sessions.CurrentAsync(Visitor.Of(browser), CancellationToken.None))!;
        var tokens = await Server.TokensAsync(client, before, "openid pynomaly_api", browser);
        var offline = await Server.TokensAsync(client, before, "openid offline_access pynomaly_api", browser);

        await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web, ("prompt", "login")), after.Name);

        Assert.Equal(after.Id, (await Sessions.CurrentAsync(Visitor.Of(browser), CancellationToken.None))!.UserId);
        Assert.False(await Server.Machine().IsActiveAsync(tokens.AccessToken));
        Assert.True(await Server.Machine().IsActiveAsync(offline.AccessToken));
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'SessionEnded' AND session_id = $1", session.Id));
    }

    private Sessions Sessions => Server.Services.GetRequiredService<Sessions>();

    private async Task<Browser> SignedInAsync()
    {
        var browser = Server.Browser();
        await browser.SignInAsync(await browser.GetAsync(Paths.SignInPage), (await TestPerson.AddAsync(Server)).Name);
        return browser;
    }

    private static async Task<bool> IsSignedInAsync(Browser browser) => (await browser.GetAsync(Paths.AccountPage)).StatusCode == System.Net.HttpStatusCode.OK;
}

/// <summary>On SQLite.</summary>
public sealed class SessionLifeTestsOnSqlite(SqliteServer server) : SessionLifeTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class SessionLifeTestsOnPostgreSql(PostgreSqlServer server) : SessionLifeTests(server), IClassFixture<PostgreSqlServer>;
