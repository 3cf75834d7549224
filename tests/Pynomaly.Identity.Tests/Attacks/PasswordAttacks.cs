using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Guessing passwords: the cases PW-01 to PW-04 and UE-06 of the attack catalogue. Five wrong ones in a row, and an account waits.</summary>
public abstract class PasswordAttacks(TestServer server) : ServerSuite(server)
{
    private const string Wrong = "not the right one at all";

    [Fact]
    public async Task PW_01_after_five_wrong_passwords_a_stranger_waits_longer_each_time_and_the_right_one_does_not_help()
    {
        var person = await TestPerson.AddAsync(Server);

        foreach (var minutes in new[] { 1, 2, 4 })
        {
            for (var i = 0; i < 5; i++) Assert.False(await SignsInAsync(person.Name, Wrong));
            Assert.False(await SignsInAsync(person.Name, TestData.Password));
            Server.Clock.Move(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
            Assert.False(await SignsInAsync(person.Name, TestData.Password));
            Server.Clock.Move(TimeSpan.FromSeconds(1));
        }

        Assert.True(await SignsInAsync(person.Name, TestData.Password));
        for (var i = 0; i < 4; i++) Assert.False(await SignsInAsync(person.Name, Wrong)); // the row began anew
        Assert.True(await SignsInAsync(person.Name, TestData.Password));
    }

    [Fact]
    public async Task PW_01_the_owner_enters_from_a_browser_they_have_used_while_strangers_hold_the_account_locked()
    {
        var person = await TestPerson.AddAsync(Server);
        using var own = Server.Browser();
        Assert.True(await SignsInAsync(person.Name, TestData.Password, own));
        for (var i = 0; i < 5; i++) Assert.False(await SignsInAsync(person.Name, Wrong));
        Assert.False(await SignsInAsync(person.Name, TestData.Password));

        Assert.True(await SignsInAsync(person.Name, TestData.Password, WithoutSession(own)));

        Assert.False(await SignsInAsync(person.Name, TestData.Password)); // which opens nothing to strangers
    }

    [Fact]
    public async Task PW_01_a_known_browser_has_a_limit_of_its_own_and_does_not_lock_the_account()
    {
        var person = await TestPerson.AddAsync(Server);
        using var own = Server.Browser();
        Assert.True(await SignsInAsync(person.Name, TestData.Password, own));

        for (var i = 0; i < 5; i++) Assert.False(await SignsInAsync(person.Name, Wrong, WithoutSession(own)));

        Assert.False(await SignsInAsync(person.Name, TestData.Password, WithoutSession(own)));
        Assert.True(await SignsInAsync(person.Name, TestData.Password));
        Server.Clock.Move(TimeSpan.FromMinutes(1));
        Assert.True(await SignsInAsync(person.Name, TestData.Password, WithoutSession(own)));
    }

    [Fact]
    public async Task PW_01_another_persons_browser_is_a_stranger()
    {
        var (person, other) = (await TestPerson.AddAsync(Server), await TestPerson.AddAsync(Server));
        using var browser = Server.Browser();
        Assert.True(await SignsInAsync(other.Name, TestData.Password, browser));
        for (var i = 0; i < 5; i++) Assert.False(await SignsInAsync(person.Name, Wrong));

        Assert.False(await SignsInAsync(person.Name, TestData.Password, WithoutSession(browser)));
    }

    [Fact]
    public async Task PW_01_a_hundred_wrong_passwords_in_a_row_are_the_last_until_a_new_one_is_set()
    {
        var person = await TestPerson.AddAsync(Server);
        var lockout = Server.Services.GetRequiredService<Lockout>();
        var looked = 0;

        for (var day = 0; day < 400; day++)
        {
            while (await lockout.TryTakeAsync(person.Id, CancellationToken.None)) looked++;
            Server.Clock.Move(TimeSpan.FromDays(1));
        }

        Assert.Equal(100, looked);
        Server.Clock.Move(TimeSpan.FromDays(-400)); // sessions and keys of other tests are of today
        Assert.False(await SignsInAsync(person.Name, TestData.Password));
        await lockout.ClearAsync(person.Id, CancellationToken.None);
        Assert.True(await SignsInAsync(person.Name, TestData.Password));
    }

    [Fact]
    public async Task PW_02_of_a_hundred_guesses_at_once_on_two_nodes_five_are_looked_at()
    {
        var person = await TestPerson.AddAsync(Server);
        var other = await Server.StartNodeAsync();
        var pages = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            var browser = Server.Browser(i % 2 == 0 ? 0 : other);
            return (Browser: browser, Page: await browser.GetAsync("/signin"));
        }));

        await Task.WhenAll(pages.Select(one => Task.Run(() => one.Browser.SubmitAsync(one.Page, "sign-in", ("username", person.Name), ("password", Wrong)))));

        Assert.Equal(1L, Convert.ToInt64(await Server.ScalarAsync("SELECT lockout_rounds FROM users WHERE id = $1", person.Id)));
        Assert.Equal(0L, Convert.ToInt64(await Server.ScalarAsync("SELECT access_failed_count FROM users WHERE id = $1", person.Id)));
        Assert.False(await SignsInAsync(person.Name, TestData.Password));
    }

    [Fact]
    public async Task PW_04_every_spelling_of_a_name_is_one_counter()
    {
        var person = await TestPerson.AddAsync(Server);
        var upper = person.Name.ToUpperInvariant();
        var wide = string.Concat(person.Name.Select(c => c is >= '!' and <= '~' ? (char)(c + 0xFEE0) : c)); // full width, the same after NFKC

        foreach (var spelling in new[] { person.Name, upper, $" {person.Name} ", wide, $"{person.Name}@example.org" }) Assert.False(await SignsInAsync(spelling, Wrong));

        Assert.Equal(1L, Convert.ToInt64(await Server.ScalarAsync("SELECT lockout_rounds FROM users WHERE id = $1", person.Id)));
        foreach (var spelling in new[] { person.Name, upper, wide }) Assert.False(await SignsInAsync(spelling, TestData.Password));
    }

    [Fact]
    public async Task UE_06_known_locked_and_unknown_names_get_the_same_page_headers_and_cookies()
    {
        var (person, locked) = (await TestPerson.AddAsync(Server), await TestPerson.AddAsync(Server));
        await ExecuteAsync("UPDATE users SET lockout_end = $1 WHERE id = $2", Server.Clock.GetUtcNow().AddHours(1), locked.Id);
        List<string> answers = [];

        foreach (var name in new[] { person.Name, locked.Name, $"x-{Guid.NewGuid():N}" })
        {
            using var browser = Server.Browser();
            using var answer = await TryAsync(name, Wrong, browser);
            var headers = answer.Headers.Where(header => header.Key != "Set-Cookie").Select(header => $"{header.Key}: {string.Join(',', header.Value)}");
            var cookies = browser.Cookies.GetAllCookies().Select(cookie => cookie.Name).Order(StringComparer.Ordinal);
            answers.Add($"{answer.StatusCode}\n{string.Join('\n', headers)}\n{string.Join('\n', cookies)}\n{Neutral(await answer.Content.ReadAsStringAsync(), name)}");
        }

        Assert.Single(answers.Distinct());
    }

    private static string Neutral(string html, string name) =>
        System.Text.RegularExpressions.Regex.Replace(html.Replace(name, "NAME", StringComparison.Ordinal), "name=\"__RequestVerificationToken\"[^>]*value=\"[^\"]*\"", "TOKEN");

    // The browser as it comes back later: it still knows who used it, but nobody is signed in.
    private Browser WithoutSession(Browser browser)
    {
        var later = Server.Browser();
        foreach (Cookie cookie in browser.Cookies.GetAllCookies())
            if (cookie.Name.EndsWith("device", StringComparison.Ordinal)) later.Cookies.Add(new Uri(TestServer.Issuer), new Cookie(cookie.Name, cookie.Value) { Path = "/", Secure = true });
        return later;
    }

    private async Task<bool> SignsInAsync(string name, string password, Browser? browser = null)
    {
        using var own = browser is null ? Server.Browser() : null;
        using var answer = await TryAsync(name, password, browser ?? own!);
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.SeeOther, $"{answer.StatusCode}");
        return answer.StatusCode == HttpStatusCode.SeeOther;
    }

    private static async Task<HttpResponseMessage> TryAsync(string name, string password, Browser browser) =>
        await browser.SubmitAsync(await browser.GetAsync("/signin"), "sign-in", ("username", name), ("password", password));
}

public sealed class PasswordAttacksOnSqlite(SqliteServer server) : PasswordAttacks(server), IClassFixture<SqliteServer>;

public sealed class PasswordAttacksOnPostgreSql(PostgreSqlServer server) : PasswordAttacks(server), IClassFixture<PostgreSqlServer>;
