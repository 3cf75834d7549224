using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>What becomes of a person's API keys: by the panic button, a notice, the end of the account, time, and whoever finds one.</summary>
public abstract class OwnApiKeyEndingTests(MailboxServer server) : MailSuite(server)
{
    [Fact]
    public async Task The_panic_button_revokes_every_key_and_a_new_password_none()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var key = await Server.KeyAsync(person, "read:datasets");
        using var browser = await Server.SignedInAsync(person);
        var token = await Server.Machine().TokenOfAsync(key);
        await browser.SubmitAsync(await browser.GetAsync(Paths.PasswordPage), "set-password", ("current", TestData.Password), ("password", NewPassword));
        Assert.True(await Server.Machine().IsActiveAsync(token));
        Assert.Equal(HttpStatusCode.OK, (await Server.Machine().ExchangeAsync(key)).StatusCode);

        await browser.SubmitAsync(await browser.GetAsync(Paths.SecurePage), "secure-account");

        Assert.False(await Server.Machine().IsActiveAsync(token));
        await (await Server.Machine().ExchangeAsync(key)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
        Assert.Equal("secured", await Server.ScalarAsync("SELECT revoke_reason FROM api_keys WHERE id = $1", TestKeys.IdOf(key)));
    }

    [Fact]
    public async Task This_was_not_me_revokes_what_was_made_since_and_leaves_what_the_owner_had()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var own = await Server.KeyAsync(person, "read:datasets");
        Server.Clock.Move(TimeSpan.FromMinutes(1));
        using var browser = await Server.SignedInAsync(person);
        var page = await browser.SubmitAsync(await browser.GetAsync($"{Paths.ApiKeysPage}/new"), "create-key", ("name", "thief"), ("permission-read-datasets", "read:datasets"));
        var thief = Regex.Match(await page.Content.ReadAsStringAsync(), ApiKeyText.Pattern).Value;
        var mail = (await Mailbox.MailsAsync(AddressOf(person))).Last(one => one.Subject == "New API key" && one.Text.Contains("thief", StringComparison.Ordinal));

        await UseAsync(MailboxServer.LinkIn(mail, Paths.DisavowPage), "disavow");

        await (await Server.Machine().ExchangeAsync(thief)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.OK, (await Server.Machine().ExchangeAsync(own)).StatusCode);
    }

    [Fact]
    public async Task A_key_of_who_is_leaving_opens_nothing_and_goes_with_the_account()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var key = await Server.KeyAsync(person, "read:datasets");
        var token = await Server.Machine().TokenOfAsync(key);
        using var browser = await Server.SignedInAsync(person);
        var export = await (await Server.CallAsync(HttpMethod.Get, "/export", (await Server.TokensAsync(await AddClientAsync(AccountWalk.ApiClient()), person, browser: browser)).AccessToken)).JsonAsync();

        await browser.SubmitAsync(await browser.GetAsync(Paths.DeletePage), "confirm-delete", ("username", person.Name));

        Assert.Equal("read:datasets", export.GetProperty("api_keys")[0].GetProperty("permissions")[0].GetString());
        Assert.False(await Server.Machine().IsActiveAsync(token));
        await (await Server.Machine().ExchangeAsync(key)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
        Server.Clock.Move(TimeSpan.FromDays(8));
        await Server.Services.GetRequiredService<Deletion>().DeleteDueAsync(CancellationToken.None);
        await Until.TrueAsync(async () => await Server.ScalarAsync("SELECT id FROM users WHERE id = $1", person.Id) is null, "the account went"); // the job that looks every few minutes may be at it
        Assert.Null(await Server.ScalarAsync("SELECT id FROM api_keys WHERE id = $1", TestKeys.IdOf(key)));
    }

    [Fact]
    public async Task A_week_before_its_end_the_owner_is_told_once_on_whatever_node()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        await Server.KeyAsync(person.Id, null, new ApiKeyDraft { Name = "long", Permissions = ["read:datasets"], Lifetime = TimeSpan.FromDays(30) });
        await Server.KeyAsync(person.Id, null, new ApiKeyDraft { Name = "short", Permissions = ["read:datasets"], Lifetime = TimeSpan.FromDays(5) });
        var expiry = Server.Services.GetRequiredService<ApiKeyExpiry>();
        Server.Clock.Move(TimeSpan.FromDays(22));
        await expiry.NotifyAsync(CancellationToken.None);
        Assert.DoesNotContain(await Mailbox.MailsAsync(AddressOf(person)), mail => mail.Subject == "An API key is about to expire");

        Server.Clock.Move(TimeSpan.FromDays(2));
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => expiry.NotifyAsync(CancellationToken.None)));

        var mail = Assert.Single(await Mailbox.MailsAsync(AddressOf(person)), mail => mail.Subject == "An API key is about to expire");
        Assert.Contains("long", mail.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[\"KEY\"]")]
    [InlineData("{\"keys\":[\"export PYN_KEY=KEY\"]}")]
    [InlineData("[{\"token\":\"KEY\",\"type\":\"pynomaly_api_key\",\"url\":\"https://example.org/KEY\",\"source\":\"content\"}]")]
    public async Task AK_11_a_leaked_key_that_is_reported_is_revoked_and_its_owner_told(string report)
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var key = await Server.KeyAsync(person, "read:datasets");
        var token = await Server.Machine().TokenOfAsync(key);

        var answer = await ReportAsync(report.Replace("KEY", key, StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.False(await Server.Machine().IsActiveAsync(token));
        await (await Server.Machine().ExchangeAsync(key)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
        Assert.Equal("leaked", await Server.ScalarAsync("SELECT revoke_reason FROM api_keys WHERE id = $1", TestKeys.IdOf(key)));
        Assert.Contains(await Mailbox.MailsAsync(AddressOf(person)), mail => mail.Subject == "An API key was found in public");
        Assert.Equal(1L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'ApiKeyLeaked' AND client_id = $1", TestKeys.IdOf(key)), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task AK_11_a_report_tells_nothing_of_what_there_is_and_ends_nothing_without_the_key()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var (key, known) = (await Server.KeyAsync(person, "read:datasets"), await Server.KeyAsync(person, "read:datasets"));

        var answers = new List<string>();
        foreach (var reported in new[] { ApiKeyText.Create(TestKeys.IdOf(key)), ApiKeyText.Create(ApiKeyText.CreateId()), TestKeys.IdOf(key), known, known, "nonsense" })
        {
            var answer = await ReportAsync($"[\"{reported}\"]");
            answers.Add($"{(int)answer.StatusCode} {string.Join(',', answer.Headers.Select(header => header.Key))} {await answer.Content.ReadAsStringAsync()}");
        }

        Assert.Single(answers.Distinct());
        Assert.Equal(HttpStatusCode.OK, (await Server.Machine().ExchangeAsync(key)).StatusCode);
        await (await ReportAsync("{}")).ProblemAsync(HttpStatusCode.BadRequest);
        await (await ReportAsync("nonsense")).ProblemAsync(HttpStatusCode.BadRequest);
        await (await Server.Machine().PostAsync("/api/keys/leaked", new StringContent($"[\"{key}\"]", Encoding.UTF8, "text/plain"))).ProblemAsync(HttpStatusCode.UnsupportedMediaType); // CS-13
    }

    private Task<HttpResponseMessage> ReportAsync(string json) => Server.Machine().PostAsync("/api/keys/leaked", new StringContent(json, Encoding.UTF8, "application/json"));
}

/// <inheritdoc />
public sealed class OwnApiKeyEndingTestsOnSqlite(SqliteMailboxServer server) : OwnApiKeyEndingTests(server), IClassFixture<SqliteMailboxServer>;

/// <inheritdoc />
public sealed class OwnApiKeyEndingTestsOnPostgreSql(PostgreSqlMailboxServer server) : OwnApiKeyEndingTests(server), IClassFixture<PostgreSqlMailboxServer>;
