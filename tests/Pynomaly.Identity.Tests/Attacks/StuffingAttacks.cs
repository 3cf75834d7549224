using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Stolen passwords tried by one source over many accounts, and the bans that answer it. Each test has addresses of its own.</summary>
public abstract class StuffingAttacks(TestServer server) : ServerSuite(server)
{
    private const int Names = 30;
    private const string Wrong = "stolen from somewhere else";
    private static int _addresses;

    [Fact]
    public async Task A_source_that_fails_with_a_name_too_many_is_banned_and_others_are_not()
    {
        var source = Address();
        for (var i = 0; i < Names; i++) Assert.Equal(HttpStatusCode.OK, await TryAsync(source, Stranger()));
        Assert.Equal(HttpStatusCode.OK, await TryAsync(source, Stranger()));

        using var browser = Server.Browser(address: source);
        using var page = await browser.GetAsync("/signin");
        using var machine = Server.Machine(address: source);
        using var token = await machine.TokenAsync(TestData.Service, ("grant_type", "client_credentials"));
        using var other = Server.Browser(address: Address());

        Assert.Equal(HttpStatusCode.TooManyRequests, page.StatusCode);
        Assert.Equal(TimeSpan.FromMinutes(15), page.Headers.RetryAfter?.Delta);
        Assert.Equal("error", await CodeFlow.PageOfAsync(page));
        Assert.Equal(HttpStatusCode.OK, token.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/signin")).StatusCode);
        Assert.Contains(Server.Logs.Lines, line => line.Contains($"3501 Source {source} is banned until", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_failure_of_an_hour_ago_does_not_count_whether_it_was_pruned_or_not()
    {
        var source = AddressKey.Parse(Address())!.Value;
        var tries = Server.Services.GetRequiredService<SignInTries>();
        for (var i = 0; i < Names; i++) await tries.FailedAsync(source, Stranger(), CancellationToken.None);

        Server.Clock.Move(TimeSpan.FromHours(1));

        Assert.False(await tries.FailedAsync(source, Stranger(), CancellationToken.None));
    }

    [Fact]
    public async Task UE_06_names_that_exist_and_names_that_do_not_are_counted_alike()
    {
        var (real, invented) = (Address(), Address());
        for (var i = 0; i <= Names; i++)
        {
            await TryAsync(real, (await TestPerson.AddAsync(Server)).Name);
            await TryAsync(invented, Stranger());
        }

        Assert.Equal(BanOf(real), BanOf(invented));
        Assert.Equal(900, BanOf(real));
    }

    [Fact]
    public async Task One_name_tried_again_and_again_and_people_who_mistyped_first_do_not_count()
    {
        var office = Address();
        var stubborn = Stranger();
        for (var i = 0; i < 12; i++) await TryAsync(office, stubborn);
        for (var i = 0; i < 12; i++)
        {
            var person = await TestPerson.AddAsync(Server);
            Assert.Equal(HttpStatusCode.OK, await TryAsync(office, person.Name));
            Assert.Equal(HttpStatusCode.SeeOther, await TryAsync(office, person.Name, TestData.Password));
        }

        Assert.Equal(0, BanOf(office));
    }

    [Fact]
    public async Task A_known_browser_enters_from_a_banned_source_and_a_stranger_with_the_right_password_does_not()
    {
        var source = Address();
        var person = await TestPerson.AddAsync(Server);
        using var own = Server.Browser(address: source);
        Assert.Equal(HttpStatusCode.SeeOther, await TryAsync(own, person.Name, TestData.Password));
        var other = await TestPerson.AddAsync(Server);
        await BanAsync(source);

        await own.GetAsync("/signin"); // the session ends when the person leaves; the device stays known
        foreach (Cookie cookie in own.Cookies.GetAllCookies()) cookie.Expired = !cookie.Name.EndsWith("device", StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.TooManyRequests, await TryAsync(own, other.Name, TestData.Password));
        Assert.Equal(HttpStatusCode.SeeOther, await TryAsync(own, person.Name, TestData.Password));
    }

    [Fact]
    public async Task A_ban_ends_by_itself_and_the_next_one_lasts_twice_as_long_until_a_week_was_quiet()
    {
        var source = Address();
        await BanAsync(source);
        Assert.Equal(900, BanOf(source));

        Server.Clock.Move(TimeSpan.FromMinutes(15));
        Assert.Equal(0, BanOf(source));
        await BanAsync(source);
        Assert.Equal(1800, BanOf(source));
        Server.Clock.Move(TimeSpan.FromMinutes(30));
        await BanAsync(source);
        Assert.Equal(3600, BanOf(source));

        Server.Clock.Move(TimeSpan.FromDays(7) + TimeSpan.FromMinutes(61));
        await Server.Services.GetRequiredService<Pruning>().PruneAsync(CancellationToken.None);
        await BanAsync(source);
        Assert.Equal(900, BanOf(source));
    }

    [Fact]
    public async Task A_ban_on_one_node_is_obeyed_by_another_and_so_is_its_end()
    {
        var other = await Server.StartNodeAsync();
        var source = Address();
        using var there = Server.Machine(other, source);
        Assert.Equal(HttpStatusCode.OK, (await there.GetAsync("/signin")).StatusCode);

        await BanAsync(source);
        await Until.TrueAsync(async () => (await there.GetAsync("/signin")).StatusCode == HttpStatusCode.TooManyRequests, "the ban is obeyed there");

        Assert.True(await Server.Services.GetRequiredService<BanAdministration>().RemoveAsync(Operator.CommandLine, source, CancellationToken.None));
        await Until.TrueAsync(async () => (await there.GetAsync("/signin")).StatusCode == HttpStatusCode.OK, "its end is obeyed there");
    }

    [Fact]
    public async Task Names_are_counted_over_all_nodes()
    {
        var other = await Server.StartNodeAsync();
        var source = Address();
        for (var i = 0; i <= Names; i++)
        {
            using var browser = Server.Browser(i % 2 == 0 ? 0 : other, source);
            await TryAsync(browser, Stranger(), Wrong);
        }

        Assert.Equal(900, BanOf(source));
    }

    [Fact]
    public async Task What_is_published_for_everybody_stays_open_to_a_banned_source()
    {
        var source = Address();
        await BanAsync(source);
        using var api = Server.Machine(address: source);

        foreach (var path in new[] { Paths.Configuration, Paths.Keys, Paths.Revocations, Paths.Live }) Assert.Equal(HttpStatusCode.OK, (await api.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.GetAsync(Paths.UserInfo)).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await api.GetAsync(Paths.Authorize)).StatusCode);
    }

    [Fact]
    public async Task PW_03_a_header_that_nobody_vouches_for_changes_no_source()
    {
        var source = Address();
        for (var i = 0; i <= Names; i++)
        {
            using var browser = Server.Browser(address: source);
            var page = await browser.GetAsync("/signin");
            var (name, value) = await AntiforgeryAsync(page);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/signin") { Content = new FormUrlEncodedContent([new("Username", Stranger()), new("Password", Wrong), new(name, value)]) };
            request.Headers.Add("X-Forwarded-For", $"192.0.2.{i + 1}");
            request.Headers.Add("X-Real-IP", $"192.0.2.{i + 1}");
            request.Headers.Add("Forwarded", $"for=192.0.2.{i + 1}");
            await browser.SendAsync(request);
        }

        Assert.Equal(900, BanOf(source));
        Assert.DoesNotContain(await Server.Services.GetRequiredService<Bans>().ListAsync(CancellationToken.None), ban => ban.Source.StartsWith("192.0.2.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DO_09_failures_leave_bounded_rows_that_go_within_the_hour()
    {
        var source = Address();
        var tries = Server.Services.GetRequiredService<SignInTries>();
        var key = AddressKey.Parse(source)!.Value;
        for (var i = 0; i < 500; i++) await tries.FailedAsync(key, $"name-{i}", CancellationToken.None);

        Assert.Equal(Names + 1L, await Server.ScalarAsync("SELECT COUNT(*) FROM sign_in_failures WHERE source = $1", source));

        Server.Clock.Move(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        await Server.Services.GetRequiredService<Pruning>().PruneAsync(CancellationToken.None);
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM sign_in_failures WHERE source = $1", source));
    }

    [Fact]
    public async Task The_operators_word_bans_at_once_and_is_kept_in_the_audit_trail()
    {
        var source = Address();
        var administration = Server.Services.GetRequiredService<BanAdministration>();

        await administration.AddAsync(Operator.CommandLine, source, TimeSpan.FromHours(3), CancellationToken.None);

        Assert.Equal(3 * 3600, BanOf(source));
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'BanAdded' AND detail = $1", $"{{\"source\":\"{source}\"}}"));
        Assert.True(await administration.RemoveAsync(Operator.CommandLine, source, CancellationToken.None));
        Assert.False(await administration.RemoveAsync(Operator.CommandLine, source, CancellationToken.None));
        Assert.Equal(0, BanOf(source));
        await Assert.ThrowsAsync<AdministrationException>(() => administration.AddAsync(Operator.CommandLine, "127.0.0.1", TimeSpan.FromHours(1), CancellationToken.None));
        await Assert.ThrowsAsync<AdministrationException>(() => administration.AddAsync(Operator.CommandLine, "not an address", TimeSpan.FromHours(1), CancellationToken.None));
    }

    [Fact]
    public async Task A_source_is_told_with_its_reasons_before_it_is_banned_and_not_after()
    {
        var source = Address();
        var administration = Server.Services.GetRequiredService<BanAdministration>();
        using (var prober = Server.Machine(address: source))
            foreach (var hole in (string[])["/.env", "/.git/config"]) await prober.GetAsync(hole);
        for (var i = 0; i < 3; i++) await TryAsync(source, Stranger());

        var told = Assert.Single((await administration.ScoresAsync(Operator.CommandLine, CancellationToken.None)).Items, one => one.Source == source);
        Assert.Equal((20, "known hole", 3), (told.Score, told.Signals, told.FailedNames));
        Server.Clock.Move(TimeSpan.FromMinutes(10));
        Assert.Equal(10, Assert.Single((await administration.ScoresAsync(Operator.CommandLine, CancellationToken.None)).Items, one => one.Source == source).Score);
        await administration.AddAsync(Operator.CommandLine, source, TimeSpan.FromHours(3), CancellationToken.None);
        Assert.DoesNotContain((await administration.ScoresAsync(Operator.CommandLine, CancellationToken.None)).Items, one => one.Source == source);
    }

    [Fact]
    public async Task No_name_that_was_tried_is_kept_in_clear()
    {
        var name = Stranger();
        await TryAsync(Address(), name);

        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM sign_in_failures WHERE account LIKE $1", $"%{name}%"));
        Assert.DoesNotContain(Server.Logs.Lines, line => line.Contains(name, StringComparison.OrdinalIgnoreCase));
    }

    private static string Address()
    {
        var number = Interlocked.Increment(ref _addresses);
        return $"203.0.{113 + number / 250}.{number % 250 + 1}";
    }

    private static string Stranger() => $"nobody-{Guid.NewGuid():N}";

    private static async Task<(string Name, string Value)> AntiforgeryAsync(HttpResponseMessage page)
    {
        var html = await page.Content.ReadAsStringAsync();
        var at = html.IndexOf("value=\"", html.IndexOf("__RequestVerificationToken", StringComparison.Ordinal), StringComparison.Ordinal) + 7;
        return ("__RequestVerificationToken", html[at..html.IndexOf('"', at)]);
    }

    private async Task BanAsync(string source)
    {
        var tries = Server.Services.GetRequiredService<SignInTries>();
        var wasBanned = false;
        for (var i = 0; i <= Names; i++) wasBanned |= await tries.FailedAsync(AddressKey.Parse(source)!.Value, Stranger(), CancellationToken.None);
        Assert.True(wasBanned);
    }

    private int BanOf(string source)
    {
        Server.Services.GetRequiredService<ChangeFeed>().Look();
        return Server.Services.GetRequiredService<Bans>().Look(IPAddress.Parse(source));
    }

    private async Task<HttpStatusCode> TryAsync(string source, string name, string password = Wrong)
    {
        using var browser = Server.Browser(address: source);
        return await TryAsync(browser, name, password);
    }

    private static async Task<HttpStatusCode> TryAsync(Browser browser, string name, string password)
    {
        var page = await browser.GetAsync("/signin");
        if (page.StatusCode != HttpStatusCode.OK) return page.StatusCode;
        return (await browser.SubmitAsync(page, "sign-in", ("username", name), ("password", password))).StatusCode;
    }
}

public sealed class StuffingAttacksOnSqlite(SqliteServer server) : StuffingAttacks(server), IClassFixture<SqliteServer>;

public sealed class StuffingAttacksOnPostgreSql(PostgreSqlServer server) : StuffingAttacks(server), IClassFixture<PostgreSqlServer>;
