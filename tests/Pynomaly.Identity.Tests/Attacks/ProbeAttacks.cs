using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Sources that look for holes, and people and programs that only look so. Each test has an address of its own.</summary>
public abstract class ProbeAttacks(TestServer server) : ServerSuite(server)
{
    private static readonly string[] Holes = ["/.env", "/.git/config", "/wp-login.php", "/phpmyadmin/", "/cgi-bin/test", "/actuator/env", "/xmlrpc.php", "/shell.php", "/.aws/credentials", "/solr/admin/cores"];
    private static int _addresses;

    [Fact]
    public async Task Ten_probes_ban_their_source_and_nine_do_not()
    {
        var (ten, nine) = (Address(), Address());
        using var prober = Server.Machine(address: ten);
        using var other = Server.Machine(address: nine);

        foreach (var hole in Holes) Assert.Equal(HttpStatusCode.NotFound, (await prober.GetAsync(hole)).StatusCode);
        foreach (var hole in Holes[1..]) Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(hole)).StatusCode);

        Assert.Equal(HttpStatusCode.TooManyRequests, (await prober.GetAsync("/signin")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/signin")).StatusCode);
        Assert.Contains(Server.Logs.Lines, line => line.Contains($"3501 Source {ten} is banned until", StringComparison.Ordinal) && line.Contains("probing", StringComparison.Ordinal));
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'SourceBanned' AND address = $1", ten));
    }

    [Theory]
    [InlineData("cross-site", false)]
    [InlineData("same-site", false)]
    [InlineData("none", true)]
    public async Task A_page_of_another_site_cannot_get_its_readers_banned_by_pictures(string site, bool bans)
    {
        var source = Address();
        using var reader = Sent(source, site, "image");

        foreach (var hole in Holes) Assert.Equal(HttpStatusCode.NotFound, (await reader.GetAsync(hole)).StatusCode);

        Assert.Equal(bans, BanOf(source) != 0);
    }

    [Fact]
    public async Task Who_claims_to_be_such_a_page_is_refused_in_that_and_its_victim_in_nothing()
    {
        var source = Address();
        using var page = Sent(source, "cross-site", "image");
        using var link = Sent(source, "cross-site", "document");
        using var person = Sent(source, "none", "document");
        for (var round = 0; round < 5; round++) foreach (var hole in Holes) await page.GetAsync(hole);

        Assert.Equal(HttpStatusCode.TooManyRequests, (await page.GetAsync("/.env")).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await page.GetAsync("/signin")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await link.GetAsync("/signin")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync("/signin")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await page.GetAsync(Paths.Configuration)).StatusCode);
        Assert.Equal(0, BanOf(source));

        Server.Clock.Move(TimeSpan.FromMinutes(15));
        Assert.Equal(HttpStatusCode.OK, (await page.GetAsync("/signin")).StatusCode);
    }

    [Fact]
    public async Task A_bad_link_bans_nobody_and_who_claims_to_be_led_for_a_quarter_of_an_hour_is_banned()
    {
        var (victim, prober) = (Address(), Address());
        using var led = Sent(victim, "cross-site", "document");
        using var claims = Sent(prober, "cross-site", "document");

        for (var round = 0; round < 5; round++) foreach (var hole in Holes) await led.GetAsync($"{hole}?../../<script>");
        for (var minute = 0; minute < 20 && BanOf(prober) == 0; minute++)
        {
            foreach (var hole in Holes[..3]) await claims.GetAsync(hole);
            Server.Clock.Move(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(0, BanOf(victim));
        Assert.NotEqual(0, BanOf(prober));
    }

    [Fact]
    public async Task A_score_fades()
    {
        var source = Address();
        using var prober = Server.Machine(address: source);

        for (var round = 0; round < 4; round++)
        {
            foreach (var hole in Holes[..6]) await prober.GetAsync(hole);
            Server.Clock.Move(TimeSpan.FromMinutes(20));
        }

        Assert.Equal(0, BanOf(source));
    }

    [Fact]
    public async Task A_scanner_that_names_itself_and_a_host_that_is_not_ours_score_where_they_are_refused()
    {
        var source = Address();
        using var prober = Server.Machine(address: source);
        prober.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "sqlmap/1.8");

        for (var i = 0; i < 5; i++) Assert.Equal(HttpStatusCode.BadRequest, (await prober.GetAsync($"http://10.0.0.1/.env?{i}")).StatusCode);

        Assert.NotEqual(0, BanOf(source));
    }

    [Fact]
    public async Task Nothing_that_people_and_programs_send_in_good_faith_ever_scores()
    {
        var source = Address();
        using var browser = Server.Browser(address: source);
        using var machine = Server.Machine(address: source);
        var person = await TestPerson.AddAsync(Server);
        string[] awkward = ["' OR '1'='1", "<script>alert(1)</script>", "../../etc/passwd", "..%2f..%2f.env", "${jndi:ldap://x}", "'; DROP TABLE users; --", "UNION SELECT NULL", "/.git/config", "%00", "\u5c71\u7530"];

        foreach (var text in awkward)
        {
            // What a client sends along, in requests that hold, that are refused to the client, and that are refused with a page.
            await browser.GetAsync(CodeFlow.Url(TestData.Web, ("state", text), ("nonce", text), ("login_hint", text), ("ui_locales", text)));
            await browser.GetAsync(CodeFlow.Url(TestData.Web, ("scope", text), ("state", text)));
            await browser.GetAsync(CodeFlow.Url(TestData.Web, ("redirect_uri", $"https://c.test/{text}")));
            await browser.GetAsync($"/nothing-here?return={Uri.EscapeDataString(text)}");

            // Secrets are anybody's free choice.
            await browser.SubmitAsync(await browser.GetAsync("/signin"), "sign-in", ("username", person.Name), ("password", $"{text} is my password"));
            await machine.PostAsync(Paths.Token, new FormUrlEncodedContent([new("grant_type", "authorization_code"), new("code", text), new("client_id", TestData.Native), new("code_verifier", text), new("redirect_uri", text)]));
            await machine.PostAsync(Paths.Token, new FormUrlEncodedContent([new("grant_type", "refresh_token"), new("refresh_token", text), new("client_id", TestData.Other), new("client_secret", text)]));
            await machine.PostAsync(Paths.Introspect, new FormUrlEncodedContent([new("token", text), new("client_id", text), new("client_secret", text), new("client_assertion", text)]));
        }

        foreach (var name in (IEnumerable<string>)["O'Brien", "Null", "select", "DROP", "Robert Tables", "user+tag@example.org", "\u5c71\u7530\u592a\u90ce", "100%"])
            await browser.SubmitAsync(await browser.GetAsync("/signin"), "sign-in", ("username", name), ("password", "wrong"));
        foreach (var path in (IEnumerable<string>)["/favicon.ico", "/apple-touch-icon.png", "/.well-known/change-password", "/autodiscover/autodiscover.xml", "/a%2Fb", "/appsettings.json"]) await machine.GetAsync(path);

        Assert.DoesNotContain(Server.Logs.Lines, line => line.Contains($"3503 Source {source} ", StringComparison.Ordinal));
        Assert.Equal(0, BanOf(source));
    }

    [Fact]
    public async Task What_a_prober_sent_is_not_in_the_log()
    {
        var source = Address();
        using var browser = Server.Browser(address: source);

        await browser.SubmitAsync(await browser.GetAsync("/signin"), "sign-in", ("username", "MARK1' or '1'='1"), ("password", "MARK2"));

        Assert.Contains(Server.Logs.Lines, line => line.Contains($"3503 Source {source} probes for holes (injection)", StringComparison.Ordinal));
        Assert.DoesNotContain(Server.Logs.Lines, line => line.Contains("MARK1", StringComparison.OrdinalIgnoreCase) || line.Contains("MARK2", StringComparison.Ordinal));
    }

    private HttpClient Sent(string source, string site, string destination)
    {
        var client = Server.Machine(address: source);
        client.DefaultRequestHeaders.Add("Sec-Fetch-Site", site);
        client.DefaultRequestHeaders.Add("Sec-Fetch-Dest", destination);
        return client;
    }

    private static string Address()
    {
        var number = Interlocked.Increment(ref _addresses);
        return $"198.51.{100 + number / 250}.{number % 250 + 1}";
    }

    private int BanOf(string source) => Server.Services.GetRequiredService<Bans>().Look(IPAddress.Parse(source));
}

public sealed class ProbeAttacksOnSqlite(SqliteServer server) : ProbeAttacks(server), IClassFixture<SqliteServer>;

public sealed class ProbeAttacksOnPostgreSql(PostgreSqlServer server) : ProbeAttacks(server), IClassFixture<PostgreSqlServer>;
