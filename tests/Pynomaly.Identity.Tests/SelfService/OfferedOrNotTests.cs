using System.Net;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>What is not offered does not exist; what is offered answers the same when the mail server is away (case F-33).</summary>
public sealed class OfferedOrNotTests(SqliteServer off) : IClassFixture<SqliteServer>
{
    [Theory]
    [InlineData(Paths.ForgottenPage)]
    [InlineData(Paths.SignUpPage)]
    [InlineData("/dev/mail")]
    public async Task Without_e_mail_there_is_no_such_page(string page)
    {
        using var browser = off.Browser();

        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(page)).StatusCode);
        Assert.Equal(0L, await off.ScalarAsync("SELECT COUNT(*) FROM outgoing_mails"));
    }

    [Fact]
    public async Task F_33_With_the_mail_server_away_the_answer_is_the_same_and_the_mail_waits()
    {
        await using var server = new DeadServer();
        await server.InitializeAsync();
        using var browser = server.Browser();

        var known = await browser.SubmitAsync(await browser.GetAsync(Paths.ForgottenPage), "send-link", ("username", "ada"));
        var unknown = await browser.SubmitAsync(await browser.GetAsync(Paths.ForgottenPage), "send-link", ("username", "nobody"));
        await Until.TrueAsync(async () => (long)(await server.ScalarAsync("SELECT COUNT(*) FROM outgoing_mails"))! == 1, "nobody's wish to be thrown away, and ada's mail to stay");

        Assert.Equal(HttpStatusCode.SeeOther, known.StatusCode);
        Assert.Equal(known.Headers.Location, unknown.Headers.Location);
    }

    [Fact]
    public async Task A_sixth_post_within_the_limit_of_five_has_to_wait_whatever_the_name()
    {
        await using var server = new LimitedServer();
        await server.InitializeAsync();
        using var browser = server.Browser();
        for (var i = 0; i < 5; i++) Assert.Equal(HttpStatusCode.SeeOther, (await AskAsync(browser, $"nobody{i}")).StatusCode);

        var refused = await AskAsync(browser, "ada");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.Contains("Too many tries", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_mailbox_of_development_shows_mails_with_links_to_follow()
    {
        await using var server = new DevelopmentServer();
        await server.InitializeAsync();
        using var browser = server.Browser();
        var empty = await browser.GetAsync("/dev/mail");
        Assert.True(empty.StatusCode == HttpStatusCode.OK, await empty.Content.ReadAsStringAsync());
        Assert.Contains("No mail yet", await empty.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await AskAsync(browser, "ada");
        var link = await server.LinkAsync("ada@example.org", Paths.ResetPage);

        var html = await (await browser.GetAsync("/dev/mail")).Content.ReadAsStringAsync();

        Assert.Contains("data-page=\"dev-mail\"", html, StringComparison.Ordinal);
        Assert.Contains($"<a href=\"{TestServer.Issuer}{link}\">", html, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> AskAsync(Browser browser, string name) =>
        await browser.SubmitAsync(await browser.GetAsync(Paths.ForgottenPage), "send-link", ("username", name));

    private sealed class DeadServer() : TestServer("Sqlite")
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Identity:Mail:Delivery", "Smtp"), new("Identity:Mail:Host", "localhost"), new("Identity:Mail:Port", "1")];
    }

    private sealed class LimitedServer() : MailboxServer("Sqlite")
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [.. base.Settings, new("Identity:Limits:SelfServicePerAddress", "5")];
    }

    private sealed class DevelopmentServer() : MailboxServer("Sqlite")
    {
        protected override string EnvironmentName => "Development";
    }
}
