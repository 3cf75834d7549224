using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tests.SelfService;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>What is done to API keys, and with them. Group AK.</summary>
public abstract class ApiKeyAttacks(TestServer server) : ServerSuite(server)
{
    [Fact]
    public async Task AK_01_a_key_is_kept_as_a_hash_and_read_again_nowhere()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var key = await Server.KeyAsync(person, "read:datasets");
        var secret = key[21..];
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var browser = await Server.SignedInAsync(person);
        var token = (await Server.TokensAsync(client, person, browser: browser)).AccessToken;

        var row = await RowAsync("SELECT * FROM api_keys WHERE id = $1", TestKeys.IdOf(key));
        var texts = new List<string> { row, string.Concat(await RowsAsync("SELECT * FROM audit_events")), string.Concat(await RowsAsync("SELECT * FROM outgoing_mails")) };
        foreach (var path in new[] { "/keys", "/export", "/activity" }) texts.Add(await (await Server.CallAsync(HttpMethod.Get, path, token)).Content.ReadAsStringAsync());
        texts.Add(await (await browser.GetAsync("/account/keys")).Content.ReadAsStringAsync());

        Assert.Contains("script", texts[^1], StringComparison.Ordinal);
        Assert.Contains($"{key[..8]}…", texts[^1], StringComparison.Ordinal);
        Assert.Contains(ApiKeyText.Hash(key), row, StringComparison.Ordinal);
        Assert.All(texts, text => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        Assert.All(texts.Skip(1), text => Assert.DoesNotContain(ApiKeyText.Hash(key), text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AK_02_a_revoked_key_and_its_tokens_are_dead_on_every_node()
    {
        var node = Server.Nodes > 1 ? 1 : await Server.StartNodeAsync();
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var key = await Server.KeyAsync(person, "read:datasets");
        var token = await Server.Machine(node).TokenOfAsync(key);
        Assert.True(await Server.Machine(node).IsActiveAsync(token));

        await RevokeAsync(key);

        Assert.False(await Server.Machine().IsActiveAsync(token));
        await (await Server.Machine().ExchangeAsync(key)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
        await (await Server.Machine(node).ExchangeAsync(key)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
        await Until.TrueAsync(async () => !await Server.Machine(node).IsActiveAsync(token), "the other node hears of it");
    }

    [Fact]
    public async Task AK_02_an_expired_key_opens_nothing()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var key = await Server.KeyAsync(person.Id, null, new ApiKeyDraft { Name = "short", Permissions = ["read:datasets"], Lifetime = TimeSpan.FromMinutes(3) });
        var tokens = await (await Server.Machine().ExchangeAsync(key)).TokensAsync();
        Assert.InRange(tokens.Json.GetProperty("expires_in").GetInt32(), 1, 180); // its tokens end with it

        Server.Clock.Move(TimeSpan.FromMinutes(3));

        await (await Server.Machine().ExchangeAsync(key)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task AK_02_a_disabled_owner_ends_the_key_and_its_tokens()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var key = await Server.KeyAsync(person, "read:datasets");
        var token = await Server.Machine().TokenOfAsync(key);

        await ExecuteAsync("UPDATE users SET is_disabled = $1 WHERE id = $2", true, person.Id);
        await Server.Services.GetRequiredService<TokenRevoker>().EndUserAsync(person.Id, "disabled", null, CancellationToken.None);

        Assert.False(await Server.Machine().IsActiveAsync(token));
        await (await Server.Machine().ExchangeAsync(key)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task AK_02_a_disabled_service_ends_its_keys_and_their_tokens()
    {
        var service = await AddClientAsync(TestKeys.Service());
        var key = await Server.KeyAsync(null, service, new ApiKeyDraft { Name = "job", Permissions = ["read:*"] });
        var token = await Server.Machine().TokenOfAsync(key);

        await Server.Services.GetRequiredService<ClientAdministration>().DisableAsync(Operator.CommandLine, service, null, CancellationToken.None);

        Assert.False(await Server.Machine().IsActiveAsync(token));
        await (await Server.Machine().ExchangeAsync(key)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task AK_03_every_refusal_reads_alike_and_the_log_tells_why()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var (good, revoked, from) = (await Server.KeyAsync(person, "read:datasets"), await Server.KeyAsync(person, "read:datasets"),
            await Server.KeyAsync(person.Id, null, new ApiKeyDraft { Name = "x", Permissions = ["read:datasets"], AllowedAddresses = ["203.0.113.7"] }));
        await RevokeAsync(revoked);
        var wrong = ApiKeyText.Create(TestKeys.IdOf(good));
        var unknown = ApiKeyText.Create(ApiKeyText.CreateId());

        var answers = new List<string>();
        foreach (var key in new[] { wrong, unknown, revoked, from, "pyn_nonsense" })
        {
            var answer = await Server.Machine(address: "203.0.113.8").ExchangeAsync(key);
            answers.Add($"{(int)answer.StatusCode} {string.Join(',', answer.Headers.Where(header => header.Key != "X-Correlation-Id").Select(header => header.Key))} {await answer.Content.ReadAsStringAsync()}");
        }

        Assert.Single(answers.Distinct());
        Assert.Contains(Server.Logs.Lines, line => line.Contains(TestKeys.IdOf(unknown), StringComparison.Ordinal) && line.Contains("there is no such key", StringComparison.Ordinal));
        Assert.Contains(Server.Logs.Lines, line => line.Contains(TestKeys.IdOf(revoked), StringComparison.Ordinal) && line.Contains("it is revoked", StringComparison.Ordinal));
        Assert.Contains(Server.Logs.Lines, line => line.Contains(TestKeys.IdOf(from), StringComparison.Ordinal) && line.Contains("from this address", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AK_04_a_key_works_from_its_addresses_only()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var key = await Server.KeyAsync(person.Id, null, new ApiKeyDraft { Name = "x", Permissions = ["read:datasets"], AllowedAddresses = ["198.51.100.0/24", "2001:db8::/32"] });

        Assert.Equal(HttpStatusCode.OK, (await Server.Machine(address: "198.51.100.20").ExchangeAsync(key)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Server.Machine(address: "::ffff:198.51.100.20").ExchangeAsync(key)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Server.Machine(address: "2001:db8::20").ExchangeAsync(key)).StatusCode);
        await (await Server.Machine(address: "203.0.113.20").ExchangeAsync(key)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
        await (await Server.Machine().ExchangeAsync(key)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);

        using var forged = new HttpRequestMessage(HttpMethod.Post, "/connect/token") { Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_secret", key)]) };
        forged.Headers.Add("X-Forwarded-For", "198.51.100.20"); // nobody made that proxy trusted
        await (await Server.Machine(address: "203.0.113.20").SendAsync(forged)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task AK_05_a_key_in_the_query_string_is_not_honoured()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var key = await Server.KeyAsync(person, "read:datasets");

        var inQuery = await Server.Machine().PostAsync($"/connect/token?client_secret={key}&grant_type=client_credentials", new FormUrlEncodedContent([new("grant_type", "client_credentials")]));
        await inQuery.AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
        foreach (var path in new[] { "/api/account/v1", "/connect/userinfo", "/api/admin/v1/operator" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await Server.Machine().GetAsync($"{path}?access_token={key}")).StatusCode);
            using var bearer = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
            Assert.Equal(HttpStatusCode.Unauthorized, (await Server.Machine().SendAsync(bearer)).StatusCode); // the key is no token
        }
    }

    [Fact]
    public async Task AK_05_a_keys_token_opens_neither_account_nor_session_nor_person()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true, roles: "admin");
        var key = await Server.KeyAsync(person, "read:datasets", "*:*");
        var token = await Server.Machine().TokenOfAsync(key);

        foreach (var scope in new[] { "openid", "profile", "offline_access", "account", "administration", "manage:users", "view:api-keys" })
            await (await Server.Machine().ExchangeAsync(key, ("scope", scope))).AssertRefusedAsync("invalid_scope");
        foreach (var (method, path) in new[] { ("GET", "/connect/userinfo"), ("GET", "/api/account/v1"), ("POST", "/api/account/v1/authenticators"), ("POST", "/api/account/v1/keys"), ("GET", "/api/admin/v1/operator"), ("GET", "/api/admin/v1/api-keys") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
            Assert.True((await Server.Machine().SendAsync(request)).StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, path);
        }

        var claims = OAuth.Claims(token);
        Assert.DoesNotContain(claims.GetProperty("permissions").EnumerateArray(), one => ManagementPermissions.Contains(one.GetString()!));
        foreach (var claim in new[] { "acr", "amr", "auth_time", "sid", "roles", "grant_id" }) Assert.False(claims.TryGetProperty(claim, out _), claim);
        using var browser = Server.Browser();
        await (await browser.GetAsync($"/account?client_secret={key}")).Content.ReadAsStringAsync();
        Assert.DoesNotContain("session", browser.Cookies.GetCookieHeader(new Uri(TestServer.Issuer)), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task AK_06_a_key_is_shown_by_one_way_and_names_itself()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var (key, other) = (await Server.KeyAsync(person, "read:datasets"), await Server.KeyAsync(person, "read:datasets"));

        await (await Server.Machine().ExchangeAsync(key, ("client_id", TestKeys.IdOf(other)))).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
        await (await Server.Machine().ExchangeAsync(key, ("client_id", TestData.Service))).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
        await (await BasicAsync(TestKeys.IdOf(other), key)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
        await (await BasicAsync("", key, ("client_secret", key))).AssertRefusedAsync("invalid_request"); // RFC 6749 §2.3
        await (await Server.Machine().ExchangeAsync(key, ("grant_type", "refresh_token"))).AssertRefusedAsync("invalid_request"); // a parameter twice
        await (await BasicAsync("", key, grant: "authorization_code")).AssertRefusedAsync("unauthorized_client");
        Assert.Equal(HttpStatusCode.OK, (await BasicAsync("", key)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await BasicAsync(TestKeys.IdOf(key), key)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Server.Machine().ExchangeAsync(key, ("client_id", TestKeys.IdOf(key)))).StatusCode);
    }

    [Fact]
    public async Task A_key_ends_its_own_tokens_and_asks_about_no_others()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var (key, other) = (await Server.KeyAsync(person, "read:datasets"), await Server.KeyAsync(person, "read:datasets"));
        var (own, foreign) = (await Server.Machine().TokenOfAsync(key), await Server.Machine().TokenOfAsync(other));

        Assert.True((await (await AskAsync("/connect/introspect", key, own)).JsonAsync()).GetProperty("active").GetBoolean());
        Assert.False((await (await AskAsync("/connect/introspect", key, foreign)).JsonAsync()).GetProperty("active").GetBoolean());
        await (await AskAsync("/connect/revoke", key, foreign)).AssertRefusedAsync("invalid_grant");
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("/connect/revoke", key, own)).StatusCode);

        Assert.False(await Server.Machine().IsActiveAsync(own));
        Assert.True(await Server.Machine().IsActiveAsync(foreign));

        Task<HttpResponseMessage> AskAsync(string path, string by, string token) => Server.Machine().PostAsync(path, new FormUrlEncodedContent([new("client_secret", by), new("token", token)]));
    }

    [Fact]
    public async Task AK_07_a_key_never_carries_what_its_owner_lost()
    {
        var person = await TestPerson.AddAsync(Server, roles: "data_scientist");
        var key = await Server.KeyAsync(person, "read:datasets", "write:datasets", "delete:datasets");
        Assert.Equal(["read:datasets", "write:datasets"], PermissionsOf(await Server.Machine().TokenOfAsync(key)));
        Assert.Equal(["read:datasets"], PermissionsOf(await Server.Machine().TokenOfAsync(key, ("scope", "read:datasets"))));

        await Server.RemoveRolesAsync(person);

        await (await Server.Machine().ExchangeAsync(key)).AssertRefusedAsync("invalid_scope");
    }

    [Fact]
    public async Task LK_no_log_line_holds_a_key()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var key = await Server.KeyAsync(person, "read:datasets");
        var wrong = ApiKeyText.Create(TestKeys.IdOf(key));

        await Server.Machine().TokenOfAsync(key);
        await Server.Machine().ExchangeAsync(wrong);
        await BasicAsync(key, key);
        await Server.Machine().GetAsync($"/connect/token?client_secret={key}");
        await Server.Machine().PostAsync("/api/keys/leaked", new StringContent($"[\"{key}\"]", Encoding.UTF8, "application/json"));

        Assert.DoesNotContain(Server.Logs.Lines, line => line.Contains(key[21..], StringComparison.Ordinal) || line.Contains(wrong[21..], StringComparison.Ordinal));
    }

    private async Task RevokeAsync(string key) =>
        await Server.Services.GetRequiredService<ApiKeys>().RevokeAsync(Operator.CommandLine, TestKeys.IdOf(key), null, CancellationToken.None);

    private static string[] PermissionsOf(string token) => [.. OAuth.Claims(token).GetProperty("permissions").EnumerateArray().Select(one => one.GetString()!)];

    private async Task<HttpResponseMessage> BasicAsync(string user, string password, (string Name, string Value)? more = null, string grant = "client_credentials")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        List<KeyValuePair<string, string>> form = [new("grant_type", grant)];
        if (more is var (name, value)) form.Add(new(name, value));
        request.Content = new FormUrlEncodedContent(form);
        return await Server.Machine().SendAsync(request);
    }

    private async Task<string> RowAsync(string sql, params object?[] values) => (await RowsAsync(sql, values)).Single();

    private async Task<List<string>> RowsAsync(string sql, params object?[] values)
    {
        await using var session = await Server.Services.GetRequiredService<Database>().ReadAsync(CancellationToken.None);
        return await session.ListAsync(sql, row => string.Join('|', Enumerable.Range(0, row.FieldCount).Select(i => row.IsDBNull(i) ? "" : Convert.ToString(row.GetValue(i), System.Globalization.CultureInfo.InvariantCulture))), CancellationToken.None, values);
    }
}

/// <inheritdoc />
public sealed class ApiKeyAttacksOnSqlite(SqliteServer server) : ApiKeyAttacks(server), IClassFixture<SqliteServer>;

/// <inheritdoc />
public sealed class ApiKeyAttacksOnPostgreSql(PostgreSqlServer server) : ApiKeyAttacks(server), IClassFixture<PostgreSqlServer>;
