using System.Net;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>Secrets, sessions, grants, revocations and signing keys in the hands of operators.</summary>
public abstract class TokenManagementTests(TestServer server) : AdminSuite(server)
{
    private static readonly ClientMetadata Service = new() { GrantTypes = ["client_credentials"], ResponseTypes = [], Scope = "pynomaly_api", Permissions = ["read:results"] };

    [Fact]
    public async Task Two_secrets_count_at_most_and_each_can_be_ended_alone()
    {
        var owner = await AdminAsync("owner");
        var id = await AddClientAsync(Service);

        var second = (await AskAsync("POST", $"/clients/{id}/secrets", owner.Token, new { }, HttpStatusCode.Created)).GetProperty("client_secret").GetString()!;
        await RefusedAsync("POST", $"/clients/{id}/secrets", owner.Token, new { }, HttpStatusCode.Conflict);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await TokenAsync(id, TestData.Secret), await TokenAsync(id, second)));
        var first = (await AskAsync("GET", $"/clients/{id}", owner.Token)).GetProperty("secrets")[1].GetProperty("id").GetString();
        await AskAsync("DELETE", $"/clients/{id}/secrets/{first}", owner.Token);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (await TokenAsync(id, TestData.Secret), await TokenAsync(id, second)));
        await RefusedAsync("DELETE", $"/clients/{id}/secrets/{first}", owner.Token, status: HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_secret_that_is_rotated_goes_on_for_the_overlap()
    {
        var owner = await AdminAsync("owner");
        var id = await AddClientAsync(Service);

        var made = (await AskAsync("POST", $"/clients/{id}/secrets/rotate", owner.Token, new { overlap = 60 }, HttpStatusCode.Created)).GetProperty("client_secret").GetString()!;

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await TokenAsync(id, TestData.Secret), await TokenAsync(id, made)));
        Server.Clock.Move(TimeSpan.FromSeconds(61));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (await TokenAsync(id, TestData.Secret), await TokenAsync(id, made)));
    }

    [Fact]
    public async Task A_secret_is_rotated_under_load_without_a_refusal()
    {
        var id = await AddClientAsync(Service);
        var secret = TestData.Secret;
        var ended = false;
        var asked = new int[4];
        var load = Enumerable.Range(0, asked.Length).Select(async worker =>
        {
            var refused = 0;
            while (!Volatile.Read(ref ended))
            {
                if (await TokenAsync(id, Volatile.Read(ref secret)) != HttpStatusCode.OK) refused++;
                Interlocked.Increment(ref asked[worker]);
            }

            return refused;
        }).ToArray();

        using var patience = new CancellationTokenSource(Until.Patience);
        try
        {
            for (var round = 0; round < 5; round++)
            {
                Volatile.Write(ref secret, (await Get<ClientSecrets>().RotateAsync(Operator.CommandLine, id, TimeSpan.FromHours(1), null, Stop)).Secret!);
                var before = asked.ToArray();
                while (asked.Zip(before).Any(pair => pair.First < pair.Second + 2)) await Task.Delay(5, patience.Token); // every worker has taken up the new secret
            }
        }
        finally
        {
            Volatile.Write(ref ended, true); // or the load goes on beside all other tests
        }

        Assert.Equal(0, (await Task.WhenAll(load)).Sum());
        Assert.Equal(2, (await Get<ClientAdministration>().GetAsync(Operator.CommandLine, id, Stop)).Secrets.Count);
    }

    [Fact]
    public async Task Of_fifty_further_secrets_one_is_given()
    {
        var id = await AddClientAsync(Service);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            try
            {
                return (await Get<ClientSecrets>().AddAsync(Operator.CommandLine, id, null, null, Stop)).Secret;
            }
            catch (AdministrationException refusal) when (refusal.Problem == AdministrationProblem.Conflict)
            {
                return null;
            }
        }));

        Assert.Equal(HttpStatusCode.OK, await TokenAsync(id, Assert.Single(answers, secret => secret is not null)!));
    }

    [Fact]
    public async Task A_session_is_ended_with_the_grants_that_were_made_in_it()
    {
        var officer = await AdminAsync("security_officer");
        var person = await TestPerson.AddAsync(Server);
        var tokens = await (await Server.Machine().RedeemAsync(await Server.GrantAsync(user: person.Name))).TokensAsync();
        var sid = OAuth.Claims(tokens.AccessToken).GetProperty("sid").GetString()!;

        var list = await AskAsync("GET", $"/sessions?user_id={person.Id}", officer.Token);
        var found = await AskAsync("GET", $"/sessions/{sid}", officer.Token);
        await AskAsync("DELETE", $"/sessions/{sid}", officer.Token, status: HttpStatusCode.NoContent);

        Assert.Equal(sid, Assert.Single(list.GetProperty("items").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal(TestData.Web, Assert.Single(found.GetProperty("grants").EnumerateArray()).GetProperty("client_id").GetString());
        Assert.False(await Server.Machine().IsActiveAsync(tokens.AccessToken));
        await (await Server.Machine().RefreshAsync(TestData.Web, tokens.RefreshToken!)).AssertRefusedAsync("invalid_grant");
        Assert.Equal(officer.Person.Id, await Server.ScalarAsync("SELECT actor FROM audit_events WHERE name = 'SessionEnded' AND session_id = $1", sid));
        Assert.Empty((await AskAsync("GET", $"/sessions?user_id={person.Id}", officer.Token)).GetProperty("items").EnumerateArray());
        Assert.Single((await AskAsync("GET", $"/sessions?user_id={person.Id}&all=true", officer.Token)).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_grant_shows_its_living_tokens_and_ends_with_them()
    {
        var officer = await AdminAsync("security_officer");
        var person = await TestPerson.AddAsync(Server);
        var first = await (await Server.Machine().RedeemAsync(await Server.GrantAsync(user: person.Name))).TokensAsync();
        var second = await (await Server.Machine().RefreshAsync(TestData.Web, first.RefreshToken!)).TokensAsync();
        var id = (await AskAsync("GET", $"/grants?user_id={person.Id}", officer.Token)).GetProperty("items")[0].GetProperty("id").GetString();

        var grant = await AskAsync("GET", $"/grants/{id}", officer.Token);
        await AskAsync("DELETE", $"/grants/{id}", officer.Token, status: HttpStatusCode.NoContent);

        Assert.Equal(new[] { second, first }.Select(one => OAuth.Claims(one.AccessToken).GetProperty("jti").GetString()), Texts(grant.GetProperty("jtis")));
        Assert.Equal(1, grant.GetProperty("generation").GetInt32());
        Assert.False(await Server.Machine().IsActiveAsync(first.AccessToken));
        Assert.False(await Server.Machine().IsActiveAsync(second.AccessToken));
        Assert.Equal("ended", (await AskAsync("GET", $"/grants/{id}", officer.Token)).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Sessions_and_grants_are_walked_to_their_end()
    {
        var officer = await AdminAsync("security_officer");
        var person = await TestPerson.AddAsync(Server);
        for (var number = 0; number < 5; number++) await Server.Machine().RedeemAsync(await Server.GrantAsync(user: person.Name));

        foreach (var area in new[] { "sessions", "grants" })
        {
            List<string> seen = [];
            string? after = null;
            do
            {
                var page = await AskAsync("GET", $"/{area}?user_id={person.Id}&limit=2{(after is null ? "" : $"&after={after}")}", officer.Token);
                seen.AddRange(page.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("id").GetString()!));
                after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
            }
            while (after is not null);

            Assert.Equal((5, 5), (seen.Count, seen.Distinct().Count()));
        }
    }

    [Fact]
    public async Task A_token_is_revoked_as_it_is_pasted_or_by_its_jti()
    {
        var officer = await AdminAsync("security_officer");
        var person = await TestPerson.AddAsync(Server);
        var pasted = (await (await Server.Machine().RedeemAsync(await Server.GrantAsync(user: person.Name))).TokensAsync()).AccessToken;
        var named = (await (await Server.Machine().RedeemAsync(await Server.GrantAsync(user: person.Name))).TokensAsync()).AccessToken;
        var family = await (await Server.Machine().RedeemAsync(await Server.GrantAsync(user: person.Name))).TokensAsync();

        var told = await AskAsync("POST", "/revocations", officer.Token, new { token = $" {pasted}\n" });
        await AskAsync("POST", "/revocations", officer.Token, new { token = OAuth.Claims(named).GetProperty("jti").GetString() });
        await AskAsync("POST", "/revocations", officer.Token, new { token = family.RefreshToken });

        Assert.Equal((TestData.Web, person.Id), (told.GetProperty("client_id").GetString(), told.GetProperty("user_id").GetString()));
        foreach (var token in new[] { pasted, named, family.AccessToken }) Assert.False(await Server.Machine().IsActiveAsync(token));
        var listed = (await AskAsync("GET", "/revocations?kind=jti&limit=200", officer.Token)).GetProperty("items").EnumerateArray().Select(one => one.GetProperty("subject").GetString()).ToList();
        Assert.Contains(OAuth.Claims(pasted).GetProperty("jti").GetString(), listed);
        await RefusedAsync("POST", "/revocations", officer.Token, new { token = "not a token" }, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_client_is_cut_off_and_gets_new_tokens_at_once()
    {
        var officer = await AdminAsync("security_officer");
        var id = await AddClientAsync(Service);
        var old = (await (await Server.Machine().TokenAsync(id, ("grant_type", "client_credentials"))).TokensAsync()).AccessToken;

        await AskAsync("POST", $"/clients/{id}/end-tokens", officer.Token, status: HttpStatusCode.NoContent);

        Assert.False(await Server.Machine().IsActiveAsync(old));
        Server.Clock.Move(TimeSpan.FromSeconds(2));
        Assert.True(await Server.Machine().IsActiveAsync((await (await Server.Machine().TokenAsync(id, ("grant_type", "client_credentials"))).TokensAsync()).AccessToken));
        await RefusedAsync("POST", "/clients/nobody/end-tokens", officer.Token, status: HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_signing_key_is_given_a_successor_that_waits_its_time()
    {
        var officer = await AdminAsync("security_officer");

        var made = (await AskAsync("POST", "/signing-keys", officer.Token, new { alg = "RS256" }, HttpStatusCode.Created)).GetProperty("items")[0];

        var keys = (await AskAsync("GET", "/signing-keys", officer.Token)).GetProperty("items").EnumerateArray().Where(key => key.GetProperty("alg").GetString() == "RS256").ToList();
        Assert.Equal("pending", made.GetProperty("state").GetString());
        Assert.Equal(made.GetProperty("activates").GetDateTimeOffset(), keys.Single(key => key.GetProperty("state").GetString() == "active").GetProperty("retires").GetDateTimeOffset());
        Assert.Equal(officer.Person.Id, await Server.ScalarAsync("SELECT actor FROM audit_events WHERE name = 'SigningKeyCreated' ORDER BY sequence DESC LIMIT 1"));
        await RefusedAsync("POST", "/signing-keys", officer.Token, new { alg = "HS256" }, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_signing_key_that_is_revoked_ends_its_tokens_and_is_succeeded()
    {
        var person = await TestPerson.AddAsync(Server);
        var token = (await (await Server.Machine().RedeemAsync(await Server.GrantAsync(user: person.Name))).TokensAsync()).AccessToken;
        var kid = Get<KeyRing>().Active("ES256").Kid;

        await Get<SigningKeyAdministration>().RevokeAsync(Operator.CommandLine, kid, Stop);

        Assert.False(await Server.Machine().IsActiveAsync(token));
        Assert.NotEqual(kid, Get<KeyRing>().Active("ES256").Kid);
        var officer = await AdminAsync("security_officer");
        Assert.Equal("revoked", (await AskAsync("GET", "/signing-keys", officer.Token)).GetProperty("items").EnumerateArray().Single(key => key.GetProperty("kid").GetString() == kid).GetProperty("state").GetString());
        await RefusedAsync("DELETE", "/signing-keys/nothing", officer.Token, status: HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_scope_is_deleted_when_nobody_may_ask_for_it_and_a_standard_one_never()
    {
        var owner = await AdminAsync("owner");
        var name = $"s-{Guid.NewGuid():N}";
        await AskAsync("POST", "/scopes", owner.Token, new { name, resources = new[] { "https://s.test" } }, HttpStatusCode.Created);
        var id = await AddClientAsync(Service with { Scope = $"pynomaly_api {name}" });

        await RefusedAsync("DELETE", $"/scopes/{name}", owner.Token, status: HttpStatusCode.Conflict);
        await AskAsync("PATCH", $"/clients/{id}", owner.Token, new { scope = "pynomaly_api" });
        await AskAsync("DELETE", $"/scopes/{name}", owner.Token, status: HttpStatusCode.NoContent);

        await RefusedAsync("GET", $"/scopes/{name}", owner.Token, status: HttpStatusCode.NotFound);
        await RefusedAsync("DELETE", "/scopes/openid", owner.Token, status: HttpStatusCode.Conflict);
        await RefusedAsync("POST", "/scopes", owner.Token, new { name = "two words", resources = new[] { "not a uri" } }, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Of_two_changes_of_a_scope_the_one_that_read_an_older_version_is_refused()
    {
        var owner = await AdminAsync("owner");
        var name = $"s-{Guid.NewGuid():N}";
        var version = (await CallAsync("POST", "/scopes", owner.Token, new { name })).Headers.ETag!.Tag;

        await AskAsync("PATCH", $"/scopes/{name}", owner.Token, new { description = "First" }, version: version);
        await RefusedAsync("PATCH", $"/scopes/{name}", owner.Token, new { description = "Second" }, HttpStatusCode.PreconditionFailed, version);

        Assert.Equal("First", (await AskAsync("GET", $"/scopes/{name}", owner.Token)).GetProperty("description").GetString());
    }

    [Fact]
    public async Task Settings_tell_where_they_come_from_and_mask_what_is_secret()
    {
        var reader = await AdminAsync("reader");

        var settings = (await AskAsync("GET", "/settings", reader.Token)).GetProperty("items").EnumerateArray().ToDictionary(one => one.GetProperty("key").GetString()!, StringComparer.Ordinal);

        Assert.Equal(("program", TestServer.Issuer), (settings["Identity:Issuer"].GetProperty("source").GetString(), settings["Identity:Issuer"].GetProperty("value").GetString()));
        Assert.Equal(("default", "00:10:00"), (settings["Identity:Lifetimes:AccessToken"].GetProperty("source").GetString(), settings["Identity:Lifetimes:AccessToken"].GetProperty("value").GetString()));
        Assert.DoesNotContain("assword=", settings["ConnectionStrings:Identity"].GetProperty("value").GetString()!.Replace($"assword={SettingsInForce.Masked}", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_says_how_the_node_stands()
    {
        var reader = await AdminAsync("reader");

        await Until.TrueAsync(async () => (await StatesAsync())["database"] == "ok", "a node that has looked within the second");

        Assert.Equal("look", (await StatesAsync())["mail"]);

        async Task<Dictionary<string, string?>> StatesAsync() => (await AskAsync("GET", "/health", reader.Token)).GetProperty("items").EnumerateArray()
            .ToDictionary(one => one.GetProperty("name").GetString()!, one => one.GetProperty("state").GetString());
    }

    private async Task<HttpStatusCode> TokenAsync(string id, string secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token") { Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]) };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{id}:{secret}")));
        return (await Server.Machine().SendAsync(request, Stop)).StatusCode;
    }
}

/// <summary>On SQLite.</summary>
public sealed class TokenManagementTestsOnSqlite(SqliteServer server) : TokenManagementTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class TokenManagementTestsOnPostgreSql(PostgreSqlServer server) : TokenManagementTests(server), IClassFixture<PostgreSqlServer>;
