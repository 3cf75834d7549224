using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>A person's own API keys: by page and by API, and what becomes of them when the account changes.</summary>
public abstract partial class OwnApiKeyTests(MailboxServer server) : MailSuite(server)
{
    [Fact]
    public async Task A_key_is_made_on_the_page_shown_once_and_gets_a_token()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        using var browser = await Server.SignedInAsync(person);
        Assert.Contains("id=\"no-keys\"", await TextAsync(browser, Paths.ApiKeysPage), StringComparison.Ordinal);
        var form = await TextAsync(browser, $"{Paths.ApiKeysPage}/new");
        Assert.Equal(["read:datasets", "read:detectors", "read:results"], Checkbox().Matches(form).Select(match => match.Groups[1].Value)); // what a viewer holds, and nothing else

        var page = await browser.SubmitAsync(await browser.GetAsync($"{Paths.ApiKeysPage}/new"), "create-key", ("name", "nightly <b>"), ("permission-read-datasets", "read:datasets"), ("addresses", "203.0.113.7, 2001:db8::/32"));

        var made = await page.Content.ReadAsStringAsync();
        Assert.Contains("no-store", page.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
        var key = Regex.Match(made, ApiKeyText.Pattern).Value;
        Assert.Contains("nightly &lt;b&gt;", made, StringComparison.Ordinal);
        Assert.Contains($"curl -d grant_type=client_credentials -d client_secret={key} https://id.test/connect/token", WebUtility.HtmlDecode(made), StringComparison.Ordinal);
        var claims = OAuth.Claims(await Server.Machine(address: "203.0.113.7").TokenOfAsync(key));
        Assert.Equal((person.Id, TestKeys.IdOf(key), "pynomaly_api", TestData.Audience), (claims.GetProperty("sub").GetString(), claims.GetProperty("client_id").GetString(), claims.GetProperty("scope").GetString(), claims.GetProperty("aud").GetString()));
        await Server.Services.GetRequiredService<ApiKeyUses>().FlushAsync(CancellationToken.None);
        var list = await TextAsync(browser, Paths.ApiKeysPage);
        Assert.Contains("203.0.113.7", list, StringComparison.Ordinal);
        Assert.DoesNotContain(key, list, StringComparison.Ordinal);
        Assert.Contains((await Mailbox.MailsAsync(AddressOf(person))), mail => mail.Subject == "New API key");
    }

    [Fact]
    public async Task What_cannot_stand_is_said_at_its_field_and_what_was_written_stays()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        using var browser = await Server.SignedInAsync(person);

        var page = await browser.SubmitAsync(await browser.GetAsync($"{Paths.ApiKeysPage}/new"), "create-key", ("name", ""), ("addresses", "everywhere"));

        var text = await page.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, page.StatusCode);
        foreach (var id in new[] { "name-error", "permissions-error", "addresses-error" }) Assert.Contains($"id=\"{id}\"", text, StringComparison.Ordinal);
        Assert.Contains("value=\"everywhere\"", text, StringComparison.Ordinal);
        Assert.Equal(0L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM api_keys WHERE user_id = $1", person.Id), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task To_make_or_rotate_one_asks_for_a_fresh_proof_and_to_revoke_one_does_not()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        using var browser = await Server.SignedInAsync(person);
        var key = await Server.KeyAsync(person, "read:datasets");
        var list = await browser.GetAsync(Paths.ApiKeysPage);
        var form = await browser.GetAsync($"{Paths.ApiKeysPage}/new");
        Server.Clock.Move(TimeSpan.FromMinutes(11));

        foreach (var answer in new[]
        {
            await browser.GetAsync($"{Paths.ApiKeysPage}/new"),
            await browser.SubmitAsync(form, "create-key", ("name", "late"), ("permission-read-datasets", "read:datasets")),
            await browser.SubmitAsync(list, "rotate-1"),
        }) Assert.StartsWith(Paths.ConfirmPage, answer.Headers.Location?.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await Server.Machine().ExchangeAsync(key)).StatusCode);

        await browser.SubmitAsync(list, "revoke-1");

        await (await Server.Machine().ExchangeAsync(key)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
        Assert.Contains("data-state=\"revoked\"", await TextAsync(browser, Paths.ApiKeysPage), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotation_shows_the_new_key_and_the_old_one_goes_on_for_as_long_as_was_chosen()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        using var browser = await Server.SignedInAsync(person);
        var key = await Server.KeyAsync(person, "read:datasets");

        var page = await browser.SubmitAsync(await browser.GetAsync(Paths.ApiKeysPage), "rotate-1", ("overlap", "1"));
        var made = Regex.Match(await page.Content.ReadAsStringAsync(), ApiKeyText.Pattern).Value;

        Assert.Equal(TestKeys.IdOf(key), TestKeys.IdOf(made));
        Assert.NotEqual(key, made);
        Assert.Equal(HttpStatusCode.OK, (await Server.Machine().ExchangeAsync(made)).StatusCode);
        Assert.Contains((await Mailbox.MailsAsync(AddressOf(person))), mail => mail.Subject == "API key changed");
    }

    [Fact]
    public async Task SE_09_nobody_touches_the_keys_of_others()
    {
        var (owner, other) = (await TestPerson.AddAsync(Server, roles: "viewer"), await TestPerson.AddAsync(Server, roles: "viewer"));
        var key = await Server.KeyAsync(owner, "read:datasets");
        var own = await Server.KeyAsync(other, "read:datasets");
        using var browser = await Server.SignedInAsync(other);
        var list = await browser.GetAsync(Paths.ApiKeysPage);
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var token = (await Server.TokensAsync(client, other, browser: browser)).AccessToken;

        var answers = new[]
        {
            await browser.SubmitAsync(list, "revoke-1", ("id", TestKeys.IdOf(key))),
            await browser.SubmitAsync(list, "rotate-1", ("id", TestKeys.IdOf(key)), ("overlap", "0")),
            await Server.CallAsync(HttpMethod.Delete, $"/keys/{TestKeys.IdOf(key)}", token),
            await Server.CallAsync(HttpMethod.Post, $"/keys/{TestKeys.IdOf(key)}/rotation", token, "{}"),
        };

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode));
        Assert.Equal(HttpStatusCode.OK, (await Server.Machine().ExchangeAsync(key)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Server.Machine().ExchangeAsync(own)).StatusCode);
    }

    [Fact]
    public async Task The_API_makes_lists_rotates_and_revokes()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var token = (await Server.TokensAsync(client, person)).AccessToken;
        var expires = Server.Clock.GetUtcNow().AddDays(10);

        var made = await (await Server.CallAsync(HttpMethod.Post, "/keys", token, $$"""{"name":"report","permissions":["read:results"],"expires":"{{expires.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}}"}""")).JsonAsync();
        var key = made.GetProperty("key").GetString()!;
        var listed = await (await Server.CallAsync(HttpMethod.Get, "/keys", token)).JsonAsync();
        var rotated = await (await Server.CallAsync(HttpMethod.Post, $"/keys/{TestKeys.IdOf(key)}/rotation", token, """{"overlap_seconds":0}""")).JsonAsync();

        Assert.Equal(["read:datasets", "read:detectors", "read:results"], listed.GetProperty("available_permissions").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(("report", "active", key[..8]), (listed.GetProperty("keys")[0].GetProperty("name").GetString(), listed.GetProperty("keys")[0].GetProperty("state").GetString(), listed.GetProperty("keys")[0].GetProperty("prefix").GetString()));
        Assert.False(listed.GetProperty("keys")[0].TryGetProperty("key", out _));
        await (await Server.Machine().ExchangeAsync(key)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.OK, (await Server.Machine().ExchangeAsync(rotated.GetProperty("key").GetString()!)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await Server.CallAsync(HttpMethod.Delete, $"/keys/{TestKeys.IdOf(key)}", token)).StatusCode);
        await (await Server.Machine().ExchangeAsync(rotated.GetProperty("key").GetString()!)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("""{"permissions":["read:datasets"]}""", "name", "missing")]
    [InlineData("""{"name":"x"}""", "permissions", "missing")]
    [InlineData("""{"name":"x","permissions":["write:datasets"]}""", "permissions", "not_held")]
    [InlineData("""{"name":"x","permissions":["read:*"]}""", "permissions", "not_held")]
    [InlineData("""{"name":"x","permissions":["read:nothing"]}""", "permissions", "unknown")]
    [InlineData("""{"name":"x","permissions":["manage:users"]}""", "permissions", "management")]
    [InlineData("""{"name":"x","permissions":["everything"]}""", "permissions", "malformed")]
    [InlineData("""{"name":"x","permissions":"read:datasets"}""", "permissions", "no_list")]
    [InlineData("""{"name":"x","permissions":["read:datasets"],"allowed_addresses":["here"]}""", "allowed_addresses", "malformed")]
    [InlineData("""{"name":"x","permissions":["read:datasets"],"never_expires":true}""", "expires", "never")]
    [InlineData("""{"name":"x","permissions":["read:datasets"],"expires":"2001-01-01T00:00:00Z"}""", "expires", "past")]
    [InlineData("""{"name":"x","permissions":["read:datasets"],"expires":"2999-01-01T00:00:00Z"}""", "expires", "too_late")]
    [InlineData("""{"name":"x","permissions":["read:datasets"],"expires":"tomorrow"}""", "expires", "no_time")]
    [InlineData("""{"name":"x","permissions":["read:datasets"],"user_id":"somebody"}""", "user_id", "unknown")]
    public async Task AK_10_a_key_that_may_not_be_is_refused_by_field(string body, string field, string code)
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var token = (await Server.TokensAsync(await AddClientAsync(AccountWalk.ApiClient()), person)).AccessToken;

        var problem = await (await Server.CallAsync(HttpMethod.Post, "/keys", token, body)).ProblemAsync(HttpStatusCode.BadRequest);

        // A name that is missing altogether is the reader's word, one that is empty is the rules'.
        Assert.Equal((field, code), (problem.GetProperty("errors")[0].GetProperty("field").GetString(), problem.GetProperty("errors")[0].GetProperty("code").GetString()));
    }

    [Fact]
    public async Task AK_12_an_application_gets_by_no_key_what_it_may_not_ask_for_itself()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var key = await Server.KeyAsync(person, "read:datasets");
        var without = (await Server.TokensAsync(await AddClientAsync(AccountWalk.ApiClient("openid account")), person)).AccessToken;
        var narrow = (await Server.TokensAsync(await AddClientAsync(AccountWalk.ApiClient() with { Permissions = ["read:results"] }), person)).AccessToken;

        foreach (var token in new[] { without, narrow })
        {
            var made = await (await Server.CallAsync(HttpMethod.Post, "/keys", token, """{"name":"x","permissions":["read:datasets"]}""")).ProblemAsync(HttpStatusCode.BadRequest);
            var rotated = await (await Server.CallAsync(HttpMethod.Post, $"/keys/{TestKeys.IdOf(key)}/rotation", token, "{}")).ProblemAsync(HttpStatusCode.BadRequest);
            Assert.Equal("not_of_client", made.GetProperty("errors")[0].GetProperty("code").GetString());
            Assert.Equal("not_of_client", rotated.GetProperty("errors")[0].GetProperty("code").GetString());
        }

        Assert.Equal(HttpStatusCode.Created, (await Server.CallAsync(HttpMethod.Post, "/keys", narrow, """{"name":"x","permissions":["read:results"]}""")).StatusCode);
    }

    private static async Task<string> TextAsync(Browser browser, string path) => await (await browser.GetAsync(path)).Content.ReadAsStringAsync();

    [GeneratedRegex("name=\"permissions\" value=\"([^\"]+)\"")]
    private static partial Regex Checkbox();
}

/// <inheritdoc />
public sealed class OwnApiKeyTestsOnSqlite(SqliteMailboxServer server) : OwnApiKeyTests(server), IClassFixture<SqliteMailboxServer>;

/// <inheritdoc />
public sealed class OwnApiKeyTestsOnPostgreSql(PostgreSqlMailboxServer server) : OwnApiKeyTests(server), IClassFixture<PostgreSqlMailboxServer>;
