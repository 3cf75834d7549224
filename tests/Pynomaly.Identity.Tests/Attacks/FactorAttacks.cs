using System.Net;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Group MF of the attack catalogue: codes used twice, late, guessed.</summary>
public abstract class FactorAttacks(TestServer server) : FactorSuite(server)
{
    [Fact]
    public async Task MF_01_A_code_opens_once()
    {
        var person = await AddPersonAsync();
        using var first = Server.Browser();
        using var second = Server.Browser(await SecondNodeAsync());
        var (here, there) = (await first.PendingAsync(person.Name), await second.PendingAsync(person.Name));
        var code = Server.Apps.Code(person.Name);

        var taken = await GiveAsync(first, here, code);
        var again = await GiveAsync(second, there, code);

        Assert.Equal(HttpStatusCode.SeeOther, taken.StatusCode);
        await AssertRefusedAsync(again);
    }

    [Fact]
    public async Task MF_01_Of_fifty_at_once_with_one_code_on_two_nodes_one_gets_in()
    {
        var person = await AddPersonAsync();
        var code = Server.Apps.Code(person.Name);

        var answers = await RaceAsync(person, _ => code);

        Assert.Equal(1, answers.Count(IsSignedIn));
        Assert.Equal(1L, await SessionsAsync(person));
    }

    [Fact]
    public async Task MF_01_Of_fifty_at_once_with_one_half_done_sign_in_one_gets_in()
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        using var other = Server.Browser(await SecondNodeAsync());
        var pending = await browser.PendingAsync(person.Name);
        var page = pending.RequestMessage!.RequestUri!.PathAndQuery;
        foreach (System.Net.Cookie cookie in browser.Cookies.GetAllCookies()) other.Cookies.Add(cookie);
        var token = await TokenAsync(pending);
        var codes = await BackupCodesAsync(person);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => (i % 2 == 0 ? browser : other).PostAsync(page, ("code", codes[i % codes.Count]), ("__RequestVerificationToken", token))));

        Assert.Equal(1, answers.Count(IsSignedIn));
        Assert.Equal(1L, await SessionsAsync(person));
    }

    [Fact]
    public async Task MF_03_After_a_code_no_earlier_one_is_taken_and_no_clock_makes_it_new()
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        Server.Clock.Move(TimeSpan.FromSeconds(60));
        var step = Totp.StepOf(Server.Clock.GetUtcNow());
        var used = Code(person, step);
        Assert.Equal(HttpStatusCode.SeeOther, (await GiveAsync(browser, await browser.PendingAsync(person.Name), used)).StatusCode);

        var earlier = await GiveAsync(browser, await browser.PendingAsync(person.Name), Code(person, step - 1));
        Server.Clock.Move(TimeSpan.FromMinutes(-5));
        var back = await GiveAsync(browser, await browser.PendingAsync(person.Name), used);
        var atThatTime = await GiveAsync(browser, await browser.PendingAsync(person.Name), Code(person, Totp.StepOf(Server.Clock.GetUtcNow())));
        Server.Clock.Move(TimeSpan.FromMinutes(5));

        foreach (var refused in new[] { earlier, back, atThatTime }) await AssertRefusedAsync(refused);
    }

    [Fact]
    public async Task MF_03_Codes_of_two_steps_ago_or_ahead_are_refused()
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        var step = Totp.StepOf(Server.Clock.GetUtcNow());

        await AssertRefusedAsync(await GiveAsync(browser, await browser.PendingAsync(person.Name), Code(person, step - 2)));
        await AssertRefusedAsync(await GiveAsync(browser, await browser.PendingAsync(person.Name), Code(person, step + 2)));
    }

    [Fact]
    public async Task MF_04_Wrong_codes_add_up_over_sign_ins_addresses_and_nodes_and_a_right_password_forgives_none()
    {
        var person = await AddPersonAsync();
        var node = await SecondNodeAsync();
        List<HttpStatusCode> answers = [];
        for (var i = 0; i < 20; i++)
        {
            using var browser = Server.Browser(i % 2 == 0 ? 0 : node, $"198.51.100.{i + 1}");
            answers.Add((await GiveAsync(browser, await browser.PendingAsync(person.Name), Wrong(person, i))).StatusCode);
        }

        using var owner = Server.Browser();
        var right = await GiveAsync(owner, await owner.PendingAsync(person.Name), Server.Apps.Code(person.Name));

        Assert.InRange(answers.IndexOf(HttpStatusCode.TooManyRequests), 1, 10);
        Assert.All(answers.SkipWhile(one => one != HttpStatusCode.TooManyRequests), one => Assert.Equal(HttpStatusCode.TooManyRequests, one));
        Assert.Equal(HttpStatusCode.TooManyRequests, right.StatusCode);
        Assert.True(right.Headers.RetryAfter?.Delta is { } wait && wait > TimeSpan.Zero && wait <= TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task MF_04_After_the_wait_the_right_code_opens_and_the_next_round_waits_longer()
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        async Task<HttpResponseMessage> TryAsync(string code) => await GiveAsync(browser, await browser.PendingAsync(person.Name), code);
        for (var i = 0; i < 5; i++) await TryAsync(Wrong(person, i));
        Server.Clock.Move(TimeSpan.FromSeconds(61));
        for (var i = 0; i < 5; i++) Assert.Equal(HttpStatusCode.OK, (await TryAsync(Wrong(person, i))).StatusCode);

        Server.Clock.Move(TimeSpan.FromSeconds(61));
        var early = await TryAsync(Server.Apps.Code(person.Name));
        Server.Clock.Move(TimeSpan.FromSeconds(61));
        var opened = await TryAsync(Server.Apps.Code(person.Name));

        Assert.Equal(HttpStatusCode.TooManyRequests, early.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, opened.StatusCode);
        Assert.Equal(0L, Convert.ToInt64(await Server.ScalarAsync("SELECT factor_failed_count + factor_lockout_rounds FROM users WHERE id = $1", person.Id), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task MF_04_Of_a_hundred_parallel_guesses_on_two_nodes_no_more_than_the_limit_are_looked_at()
    {
        var person = await AddPersonAsync();

        var answers = await RaceAsync(person, i => Wrong(person, i), count: 100);

        Assert.Equal(5, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Equal(95, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task MF_04_After_a_hundred_wrong_codes_in_a_row_waiting_helps_no_more()
    {
        var person = await AddPersonAsync();
        await ExecuteAsync("UPDATE users SET factor_lockout_rounds = 20, factor_lockout_end = $1 WHERE id = $2", Server.Clock.GetUtcNow().AddDays(-1), person.Id);
        using var browser = Server.Browser();

        var answer = await GiveAsync(browser, await browser.PendingAsync(person.Name), Server.Apps.Code(person.Name));

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
    }
}

/// <summary>On SQLite.</summary>
public sealed class FactorAttacksOnSqlite(SqliteServer server) : FactorAttacks(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class FactorAttacksOnPostgreSql(PostgreSqlServer server) : FactorAttacks(server), IClassFixture<PostgreSqlServer>;
