using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.SelfService.Api;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>The account API: who gets in, and what each operation does.</summary>
public abstract class AccountApiTests(TestServer server) : ServerSuite(server)
{
    private IReadOnlyList<ApiRoute> Routes => Server.Services.GetRequiredService<AccountApi>().Routes;

    [Fact]
    public async Task AD_01_every_route_wants_a_token_of_its_own_scope_and_audience()
    {
        var person = await TestPerson.AddAsync(Server);
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var browser = await Server.SignedInAsync(person);
        var plain = (await Server.TokensAsync(client, person, "openid", browser)).AccessToken;
        var wide = (await Server.TokensAsync(client, person, "openid account pynomaly_api", browser)).AccessToken;
        var right = (await Server.TokensAsync(client, person, "openid account", browser)).AccessToken;
        Assert.True(Routes.Count >= 20);

        foreach (var route in Routes.Where(route => route.Name is not ("deleteAccount" or "secureAccount" or "endOtherSessions")))
        {
            var (method, path, body) = (new HttpMethod(route.Method), route.Path.Replace("{id}", "nothing", StringComparison.Ordinal), route.Takes is null ? null : "{}");
            Assert.Equal("Bearer", (await Problem(path, null, HttpStatusCode.Unauthorized)).Headers.WwwAuthenticate.ToString());
            Assert.Contains("invalid_token", (await Problem(path, "nonsense", HttpStatusCode.Unauthorized)).Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
            Assert.Contains("invalid_token", (await Problem(path, wide, HttpStatusCode.Unauthorized)).Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
            Assert.Contains("scope=\"account\"", (await Problem(path, plain, HttpStatusCode.Forbidden)).Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
            var answer = await Server.CallAsync(method, path, right, body);
            Assert.True((int)answer.StatusCode is 200 or 201 or 204 or 400 or 404 or 409, $"{route.Method} {route.Path}: {(int)answer.StatusCode}");

            async Task<HttpResponseMessage> Problem(string address, string? token, HttpStatusCode status)
            {
                var refused = await Server.CallAsync(method, address, token, body);
                await refused.ProblemAsync(status);
                return refused;
            }
        }
    }

    [Fact]
    public async Task A_token_that_is_for_another_API_too_is_narrowed_to_this_server_by_its_client()
    {
        var person = await TestPerson.AddAsync(Server);
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var grant = await Server.GrantAsync(client, "https://c.test/cb", "openid account pynomaly_api offline_access", person.Name);
        var wide = await (await Server.Machine().RedeemAsync(grant)).TokensAsync();

        var narrow = await (await Server.Machine().RefreshAsync(client, wide.RefreshToken!, ("resource", TestServer.Issuer))).TokensAsync();

        Assert.Equal(TestServer.Issuer, OAuth.Claims(narrow.AccessToken).GetProperty("aud").GetString());
        Assert.Equal(HttpStatusCode.OK, (await Server.CallAsync(HttpMethod.Get, "", narrow.AccessToken)).StatusCode);
        await (await Server.CallAsync(HttpMethod.Get, "", wide.AccessToken)).ProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_clients_own_token_speaks_of_no_person()
    {
        var client = await AddClientAsync(new ClientMetadata { ClientName = "Machine", GrantTypes = ["client_credentials"], ResponseTypes = [], Scope = "account" });
        var tokens = await (await Server.Machine().TokenAsync(client, ("grant_type", "client_credentials"), ("scope", "account"))).TokensAsync();

        await (await Server.CallAsync(HttpMethod.Get, "", tokens.AccessToken)).ProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_scope_account_carries_no_permission_whoever_asks()
    {
        var client = await AddClientAsync(AccountWalk.ApiClient());

        var tokens = await (await Server.Machine().RedeemAsync(await Server.GrantAsync(client, "https://c.test/cb", "openid account", "bob"))).TokensAsync();

        Assert.Empty(OAuth.Claims(tokens.AccessToken).GetProperty("permissions").EnumerateArray());
    }

    [Fact]
    public async Task AD_06_another_persons_things_are_as_unknown_ones_on_every_route()
    {
        var (a, b) = (await TestPerson.AddAsync(Server), await TestPerson.AddAsync(Server, withApp: true));
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var other = await AddClientAsync(AccountWalk.ApiClient());
        var token = (await Server.TokensAsync(client, a)).AccessToken;
        var theirs = await Server.TokensAsync(other, b);
        var now = Server.Clock.GetUtcNow();
        await Server.ExecuteAsync("UPDATE devices SET trusted_until = $1 WHERE user_id = $2", now.AddDays(1), b.Id);
        await Server.ExecuteAsync("INSERT INTO passkeys (id, user_id, name, public_key, sign_count, transports, is_backup_eligible, is_backed_up, aaguid, attestation_format, created) VALUES ($1, $2, 'Key', 'AA', 0, '[]', $3, $3, '00000000-0000-0000-0000-000000000000', 'none', $4)",
            $"pk{b.Id}", b.Id, false, now);
        var key = await Server.KeyAsync(b, "read:datasets");
        var ids = new Dictionary<string, string?>
        {
            ["/sessions/{id}"] = (string?)await Server.ScalarAsync("SELECT id FROM sessions WHERE user_id = $1", b.Id), ["/devices/{id}"] = (string?)await Server.ScalarAsync("SELECT id FROM devices WHERE user_id = $1", b.Id),
            ["/connections/{id}"] = other, ["/authenticators/{id}"] = (string?)await Server.ScalarAsync("SELECT id FROM authenticators WHERE user_id = $1", b.Id), ["/passkeys/{id}"] = $"pk{b.Id}", ["/keys/{id}"] = TestKeys.IdOf(key), ["/keys/{id}/rotation"] = TestKeys.IdOf(key),
        };

        foreach (var route in Routes.Where(route => route.Path.Contains('{', StringComparison.Ordinal)))
        {
            var answer = await Server.CallAsync(new HttpMethod(route.Method), route.Path.Replace("{id}", Uri.EscapeDataString(ids[route.Path]!), StringComparison.Ordinal), token, route.Takes is null ? null : route.Takes["properties"]!["name"] is null ? "{}" : """{"name":"mine"}""");
            await answer.ProblemAsync(HttpStatusCode.NotFound);
        }

        Assert.Equal(HttpStatusCode.OK, (await Server.CallAsync(HttpMethod.Get, "", theirs.AccessToken)).StatusCode);
        Assert.Null(await Server.ScalarAsync("SELECT revoked FROM api_keys WHERE id = $1", TestKeys.IdOf(key)));
        Assert.Equal("Key", await Server.ScalarAsync("SELECT name FROM passkeys WHERE user_id = $1", b.Id));
        Assert.Equal("Phone", await Server.ScalarAsync("SELECT name FROM authenticators WHERE user_id = $1", b.Id));
    }

    [Fact]
    public async Task SE_09_one_ends_ones_own_session_and_its_tokens_by_the_API()
    {
        var person = await TestPerson.AddAsync(Server);
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var token = (await Server.TokensAsync(client, person)).AccessToken;
        var there = await Server.SignedInAsync(person);
        var theirs = (await Server.TokensAsync(client, person, "openid pynomaly_api", there)).AccessToken;
        var list = (await (await Server.CallAsync(HttpMethod.Get, "/sessions", token)).JsonAsync()).GetProperty("sessions").EnumerateArray().ToList();
        var foreign = list.Single(session => !session.GetProperty("current").GetBoolean()).GetProperty("id").GetString()!;

        var ended = await Server.CallAsync(HttpMethod.Delete, $"/sessions/{foreign}", token);

        Assert.Equal(2, list.Count);
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await there.GetAsync("/account")).StatusCode);
        Assert.False(await Server.Machine().IsActiveAsync(theirs));
        await (await Server.CallAsync(HttpMethod.Delete, $"/sessions/{foreign}", token)).ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_touches_the_safety_of_the_account_wants_a_sign_in_of_a_moment_ago()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var browser = await Server.SignedInAsync(person);
        Server.Clock.Move(TimeSpan.FromMinutes(9));
        var token = (await Server.TokensAsync(client, person, "openid account", browser)).AccessToken;
        Server.Clock.Move(TimeSpan.FromMinutes(2));
        var sensitive = Routes.Where(route => route.IsSensitive).ToList();
        Assert.True(sensitive.Count >= 7);

        foreach (var route in sensitive)
        {
            var answer = await Server.CallAsync(new HttpMethod(route.Method), route.Path.Replace("{id}", "x", StringComparison.Ordinal), token, route.Takes is null ? null : "{}");
            var problem = await answer.ProblemAsync(HttpStatusCode.Unauthorized);
            Assert.Equal("insufficient_user_authentication", problem.GetProperty("error").GetString());
            Assert.Contains("max_age=\"600\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(1L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM authenticators WHERE user_id = $1", person.Id), CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task MF_10_a_password_alone_does_not_change_the_factors_of_who_has_some()
    {
        var person = await TestPerson.AddAsync(Server);
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var token = (await Server.TokensAsync(client, person)).AccessToken;
        await Server.ExecuteAsync("INSERT INTO authenticators (id, user_id, name, secret, last_step, created) VALUES ($1, $2, 'Phone', 'x', 0, $3)", $"a{person.Id}", person.Id, Server.Clock.GetUtcNow());

        var answer = await Server.CallAsync(HttpMethod.Delete, $"/authenticators/a{person.Id}", token);

        await answer.ProblemAsync(HttpStatusCode.Unauthorized);
        Assert.Contains("acr_values=\"mfa\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authenticator_app_is_added_and_removed_by_the_API()
    {
        var person = await TestPerson.AddAsync(Server);
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var token = (await Server.TokensAsync(client, person)).AccessToken;
        var begun = await (await Server.CallAsync(HttpMethod.Post, "/authenticators", token)).JsonAsync();
        Server.Apps.Scan(person.Name, begun.GetProperty("key").GetString()!);

        var wrong = await Server.CallAsync(HttpMethod.Post, "/authenticators/proof", token, $$"""{"handle":"{{begun.GetProperty("handle").GetString()}}","code":"{{Server.Apps.Wrong(person.Name)}}"}""");
        var added = await Server.CallAsync(HttpMethod.Post, "/authenticators/proof", token, $$"""{"handle":"{{begun.GetProperty("handle").GetString()}}","code":"{{Server.Apps.Code(person.Name)}}","name":"Tablet"}""");
        var strong = (await Server.TokensAsync(client, person)).AccessToken;
        var factors = await (await Server.CallAsync(HttpMethod.Get, "/factors", strong)).JsonAsync();
        var removed = await Server.CallAsync(HttpMethod.Delete, $"/authenticators/{factors.GetProperty("authenticators")[0].GetProperty("id").GetString()}", strong);

        Assert.Equal("code", (await wrong.ProblemAsync(HttpStatusCode.BadRequest)).GetProperty("errors")[0].GetProperty("field").GetString());
        Assert.Equal(HttpStatusCode.NoContent, added.StatusCode);
        Assert.Equal("Tablet", factors.GetProperty("authenticators")[0].GetProperty("name").GetString());
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        await (await Server.CallAsync(HttpMethod.Get, "/factors", strong)).ProblemAsync(HttpStatusCode.Unauthorized); // its grant ended with the factor
    }

    [Fact]
    public async Task MF_10_an_administrator_keeps_the_last_factor()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true, "admin");
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var token = (await Server.TokensAsync(client, person)).AccessToken;
        var id = (string)(await Server.ScalarAsync("SELECT id FROM authenticators WHERE user_id = $1", person.Id))!;

        await (await Server.CallAsync(HttpMethod.Delete, $"/authenticators/{id}", token)).ProblemAsync(HttpStatusCode.Conflict);

        Assert.Equal(HttpStatusCode.OK, (await Server.CallAsync(HttpMethod.Get, "", token)).StatusCode);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task CS_13_a_cookie_opens_nothing_and_no_form_is_read(string contentType)
    {
        var person = await TestPerson.AddAsync(Server);
        var browser = await Server.SignedInAsync(person);
        using var request = new HttpRequestMessage(HttpMethod.Patch, "/api/account/v1/profile") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes("""{"name":"Mallory"}""")) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        request.Headers.Add("Origin", "https://evil.example");

        var form = await browser.SendAsync(request);
        var cookie = await browser.GetAsync("/api/account/v1/profile");

        await form.ProblemAsync(HttpStatusCode.UnsupportedMediaType);
        await cookie.ProblemAsync(HttpStatusCode.Unauthorized);
        Assert.False(cookie.Headers.Contains("Set-Cookie"));
        Assert.False(cookie.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.DoesNotContain("Mallory", (string)(await Server.ScalarAsync("SELECT profile FROM users WHERE id = $1", person.Id))!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"email":"m@example.org"}""", "email", "unknown")]
    [InlineData("""{"email_verified":true}""", "email_verified", "no_text")]
    [InlineData("""{"sub":"x"}""", "sub", "unknown")]
    [InlineData("""{"preferred_username":"admin"}""", "preferred_username", "unknown")]
    [InlineData("""{"name":7}""", "name", "no_text")]
    [InlineData("""{"birthdate":"soon"}""", "birthdate", "no_date")]
    [InlineData("""{"address":{"planet":"Mars"}}""", "address.planet", "unknown")]
    [InlineData("""{"address":"Mars"}""", "address", "no_object")]
    [InlineData("""["name"]""", "", "no_object")]
    [InlineData("""{"name":"a","name":"b"}""", "", "no_json")]
    [InlineData("""{"name":""", "", "no_json")]
    public async Task A_profile_that_cannot_stand_is_refused_by_the_name_of_the_field(string body, string field, string code)
    {
        var person = await TestPerson.AddAsync(Server);
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var token = (await Server.TokensAsync(client, person)).AccessToken;

        var problem = await (await Server.CallAsync(HttpMethod.Patch, "/profile", token, body)).ProblemAsync(HttpStatusCode.BadRequest);

        Assert.Equal(field, problem.GetProperty("errors")[0].GetProperty("field").GetString());
        Assert.Equal(code, problem.GetProperty("errors")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_profile_is_changed_claim_by_claim()
    {
        var person = await TestPerson.AddAsync(Server);
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var token = (await Server.TokensAsync(client, person)).AccessToken;

        await Server.CallAsync(HttpMethod.Patch, "/profile", token, """{"name":"Ada","nickname":"a","birthdate":"0000-02-29","zoneinfo":"Europe/Berlin","address":{"locality":"Berlin","formatted":"Main Street 1\nBerlin"}}""");
        var answer = await Server.CallAsync(HttpMethod.Patch, "/profile", token, """{"nickname":null,"address":{"locality":null}}""");

        var profile = await answer.JsonAsync();
        Assert.Equal("""{"name":"Ada","birthdate":"0000-02-29","zoneinfo":"Europe/Berlin","address":{"formatted":"Main Street 1\nBerlin"}}""", profile.GetRawText());
    }

    [Fact]
    public async Task SE_04_a_disabled_person_or_an_ended_grant_is_refused_at_the_next_call()
    {
        var (a, b) = (await TestPerson.AddAsync(Server), await TestPerson.AddAsync(Server));
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var (first, second) = ((await Server.TokensAsync(client, a)).AccessToken, (await Server.TokensAsync(client, b)).AccessToken);

        await Server.ExecuteAsync("UPDATE users SET is_disabled = $1 WHERE id = $2", true, a.Id);
        var own = await Server.CallAsync(HttpMethod.Delete, $"/connections/{client}", second);

        await (await Server.CallAsync(HttpMethod.Get, "", first)).ProblemAsync(HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.NoContent, own.StatusCode);
        await (await Server.CallAsync(HttpMethod.Get, "", second)).ProblemAsync(HttpStatusCode.Unauthorized);
    }
}

/// <inheritdoc />
public sealed class AccountApiTestsOnSqlite(SqliteServer server) : AccountApiTests(server), IClassFixture<SqliteServer>;

/// <inheritdoc />
public sealed class AccountApiTestsOnPostgreSql(PostgreSqlServer server) : AccountApiTests(server), IClassFixture<PostgreSqlServer>;
