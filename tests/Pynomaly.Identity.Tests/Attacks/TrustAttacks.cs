using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Group MF: browsers that are not asked for the second factor. The trust ends when its time or its owner says so, and nobody plants it beforehand.</summary>
public abstract class TrustAttacks(TestServer server) : FactorSuite(server)
{
    private const string DeviceCookie = "__Host-pyn_device";

    [Fact]
    public async Task Of_fifty_sign_ins_while_the_trust_is_taken_back_none_that_begins_after_it_skips_the_factor()
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        await person.TrustAsync(browser);
        await SecondNodeAsync();
        var stamp = (string)(await Server.ScalarAsync("SELECT security_stamp FROM users WHERE id = $1", person.Id))!;
        var id = (string)(await Server.ScalarAsync("SELECT id FROM devices WHERE user_id = $1", person.Id))!;
        var isTakenBack = 0;
        Assert.IsType<SignInResult.Succeeded>((await SignInAsync(0)).Result);

        var tries = Enumerable.Range(0, 50).Select(i => Task.Run(() => SignInAsync(i % 2))).ToList();
        var owner = new Session { Id = "s", KeyHash = "", UserId = person.Id };
        Assert.True(await Server.ServicesOf(1).GetRequiredService<TrustedDevices>().DistrustAsync(new DefaultHttpContext(), owner, id, CancellationToken.None));
        Volatile.Write(ref isTakenBack, 1);
        tries.AddRange(Enumerable.Range(0, 50).Select(i => Task.Run(() => SignInAsync(i % 2))));
        var results = await Task.WhenAll(tries);

        Assert.True(results.Count(one => one.IsAfter) >= 50);
        Assert.All(results, one => Assert.True(one.Result is SignInResult.FactorNeeded || (!one.IsAfter && one.Result is SignInResult.Succeeded), $"{one}"));
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM devices WHERE user_id = $1 AND trusted_until IS NOT NULL", person.Id)); // no late sign-in brings it back

        async Task<(bool IsAfter, SignInResult Result)> SignInAsync(int node)
        {
            var isAfter = Volatile.Read(ref isTakenBack) == 1;
            return (isAfter, await Server.ServicesOf(node).GetRequiredService<SignInCompletion>().AfterPasswordAsync(Visitor.Of(browser), person.Id, stamp, AuthenticationLevels.Password, CancellationToken.None));
        }
    }

    [Fact]
    public async Task A_trusted_browser_is_asked_again_after_thirty_days()
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        await person.TrustAsync(browser);

        Server.Clock.Move(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(1));
        var before = await CodeFlow.PageOfAsync(await browser.PendingAsync(person.Name));
        Server.Clock.Move(TimeSpan.FromMinutes(1));
        var after = await CodeFlow.PageOfAsync(await browser.PendingAsync(person.Name));
        Server.Clock.Move(TimeSpan.FromDays(-30));

        Assert.Equal("account", before);
        Assert.Equal("second-factor", after);
    }

    [Fact]
    public async Task A_reference_that_somebody_planted_or_copied_before_is_not_trusted_with_the_browser()
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        using var thief = Server.Browser();
        var planted = Secrets.Create();
        foreach (var one in new[] { browser, thief }) one.Cookies.Add(new Uri(TestServer.Issuer), new System.Net.Cookie(DeviceCookie, planted) { Secure = true, Path = "/" });

        await person.TrustAsync(browser);

        Assert.Equal("account", await CodeFlow.PageOfAsync(await browser.PendingAsync(person.Name)));
        Assert.Equal("second-factor", await CodeFlow.PageOfAsync(await thief.PendingAsync(person.Name)));
    }

    [Theory]
    [InlineData("mfa")]
    [InlineData("phr")]
    public async Task A_trusted_browser_is_no_second_factor_to_a_request_that_wants_one(string level)
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        await person.TrustAsync(browser);

        var page = await browser.PendingAsync(person.Name, CodeFlow.Url(TestData.Web, ("acr_values", level)));
        var confirmed = await browser.PendingAsync(person.Name); // trusted: signed in by the password
        var confirm = await browser.FollowAsync(await browser.SubmitAsync(await browser.GetAsync(Paths.ConfirmPage), "confirm", ("password", TestData.Password)));

        Assert.Equal("second-factor", await CodeFlow.PageOfAsync(page));
        Assert.Equal("account", await CodeFlow.PageOfAsync(confirmed));
        Assert.Equal("second-factor", await CodeFlow.PageOfAsync(confirm));
    }

    [Fact]
    public async Task MF_04_A_password_in_a_trusted_browser_forgives_no_wrong_code_elsewhere()
    {
        var person = await AddPersonAsync();
        using var trusted = Server.Browser();
        await person.TrustAsync(trusted);
        using var stranger = Server.Browser();
        for (var i = 0; i < 4; i++) await AssertRefusedAsync(await GiveAsync(stranger, await stranger.PendingAsync(person.Name), Wrong(person, i)));

        Assert.Equal("account", await CodeFlow.PageOfAsync(await trusted.PendingAsync(person.Name)));

        Assert.Equal(4, Convert.ToInt32(await Server.ScalarAsync("SELECT factor_failed_count FROM users WHERE id = $1", person.Id), System.Globalization.CultureInfo.InvariantCulture));
    }
}

/// <summary>On SQLite.</summary>
public sealed class TrustAttacksOnSqlite(SqliteServer server) : TrustAttacks(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class TrustAttacksOnPostgreSql(PostgreSqlServer server) : TrustAttacks(server), IClassFixture<PostgreSqlServer>;
