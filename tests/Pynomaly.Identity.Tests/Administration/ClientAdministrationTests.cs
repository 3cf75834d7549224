using System.Net;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>Clients by the administration API: made by purpose, changed under a condition, ended with what hangs on them.</summary>
public abstract class ClientAdministrationTests(TestServer server) : AdminSuite(server)
{
    [Fact]
    public async Task A_web_application_is_made_from_its_preset_and_its_secret_works()
    {
        var owner = await AdminAsync("owner");
        var id = Name();

        var made = await AskAsync("POST", "/clients", owner.Token, new { purpose = "web", client_id = id, metadata = new { redirect_uris = new[] { "https://c.test/cb" }, scope = "openid offline_access", consent = "implicit" } }, HttpStatusCode.Created);

        var metadata = made.GetProperty("client").GetProperty("metadata");
        Assert.Equal("ES256", metadata.GetProperty("id_token_signed_response_alg").GetString());
        Assert.True(metadata.GetProperty("require_pkce").GetBoolean());
        Assert.Equal(HttpStatusCode.OK, (await SecretAnswerAsync(id, made.GetProperty("client_secret").GetString()!)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SecretAnswerAsync(id, TestData.Secret)).StatusCode);
        Assert.Equal(1L, await EventsAsync("ClientCreated", id, owner.Person.Id));
    }

    [Theory]
    [InlineData("spa", "https://app.test/cb", "none")]
    [InlineData("native", "com.example.app:/cb", "none")]
    public async Task A_public_application_is_made_without_a_secret(string purpose, string redirect, string method)
    {
        var owner = await AdminAsync("owner");

        var made = await AskAsync("POST", "/clients", owner.Token, new { purpose, metadata = new { redirect_uris = new[] { redirect } } }, HttpStatusCode.Created);

        Assert.False(made.TryGetProperty("client_secret", out _));
        Assert.Equal((purpose, method), (made.GetProperty("client").GetProperty("purpose").GetString(), made.GetProperty("client").GetProperty("metadata").GetProperty("token_endpoint_auth_method").GetString()));
    }

    [Fact]
    public async Task An_api_is_made_together_with_its_scope()
    {
        var owner = await AdminAsync("owner");
        var (id, scope, resource) = (Name(), $"s-{Guid.NewGuid():N}", $"https://{Guid.NewGuid():N}.test");

        await AskAsync("POST", "/clients", owner.Token, new { purpose = "resource", client_id = id, metadata = new { resources = new[] { resource } }, api_scope = new { name = scope, resources = new[] { resource } } }, HttpStatusCode.Created);

        var found = await AskAsync("GET", $"/scopes/{scope}", owner.Token);
        Assert.Equal([id], Texts(found.GetProperty("resource_servers")));
    }

    [Theory]
    [InlineData("javascript:alert(1)", "scheme")]
    [InlineData("JaVaScRiPt:alert(1)", "scheme")]
    [InlineData("data:text/html,x", "scheme")]
    [InlineData("http://c.test/cb", "https")]
    [InlineData("https://c.test/cb#x", "fragment")]
    [InlineData("https://ada@c.test/cb", "user name")]
    [InlineData("myapp:/cb", "reversed domain")]
    [InlineData("com.example.app:/cb", "public native")]
    public async Task RU_11_RU_13_A_redirect_uri_is_refused_with_its_reason(string uri, string reason)
    {
        var owner = await AdminAsync("owner");

        var problem = await AskAsync("POST", "/clients", owner.Token, new { purpose = "web", metadata = new { redirect_uris = new[] { uri } } }, HttpStatusCode.BadRequest);

        var error = Assert.Single(problem.GetProperty("errors").EnumerateArray());
        Assert.Equal("redirect_uris", error.GetProperty("field").GetString());
        Assert.Contains(reason, error.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("logo_uri", "http://c.test/logo.png")]
    [InlineData("logo_uri", "javascript:alert(1)")]
    [InlineData("logo_uri", "data:image/svg+xml,x")]
    [InlineData("policy_uri", "javascript:alert(1)")]
    [InlineData("tos_uri", "file:///etc/passwd")]
    [InlineData("client_uri", "http://c.test")]
    public async Task XS_05_A_logo_or_link_that_a_browser_would_run_is_refused(string field, string uri)
    {
        var owner = await AdminAsync("owner");
        var id = await AddClientAsync(new ClientMetadata { RedirectUris = ["https://c.test/cb"] });

        var problem = await AskAsync("PATCH", $"/clients/{id}", owner.Token, new Dictionary<string, object?> { [field] = uri }, HttpStatusCode.BadRequest);

        Assert.Equal([field], problem.GetProperty("errors").EnumerateArray().Select(one => one.GetProperty("field").GetString()));
    }

    [Fact]
    public async Task A_change_names_each_field_that_cannot_stand_and_changes_nothing()
    {
        var owner = await AdminAsync("owner");
        var id = await AddClientAsync(new ClientMetadata { ClientName = "Before", RedirectUris = ["https://c.test/cb"] });

        var problem = await AskAsync("PATCH", $"/clients/{id}", owner.Token, new { client_name = 7, require_pkce = "yes", redirect_uris = new string?[] { null }, colour = "red" }, HttpStatusCode.BadRequest);

        Assert.Equal(["client_name", "colour", "redirect_uris", "require_pkce"], problem.GetProperty("errors").EnumerateArray().Select(one => one.GetProperty("field").GetString()!).Order());
        Assert.Equal("Before", (await AskAsync("GET", $"/clients/{id}", owner.Token)).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Null_sets_a_field_back_to_its_default()
    {
        var owner = await AdminAsync("owner");
        var id = await AddClientAsync(new ClientMetadata { ClientName = "Named", RedirectUris = ["https://c.test/cb"], Consent = "implicit", AccessTokenLifetime = 60 });

        var client = await AskAsync("PATCH", $"/clients/{id}", owner.Token, new { client_name = (string?)null, consent = (string?)null, access_token_lifetime = (int?)null });

        Assert.Equal((id, "explicit"), (client.GetProperty("name").GetString(), client.GetProperty("metadata").GetProperty("consent").GetString()));
        Assert.False(client.GetProperty("metadata").TryGetProperty("access_token_lifetime", out _));
    }

    [Fact]
    public async Task A_change_counts_for_the_next_request()
    {
        var owner = await AdminAsync("owner");
        var id = await AddClientAsync(new ClientMetadata { RedirectUris = ["https://c.test/cb"], Scope = "openid", Consent = "implicit" });
        await Server.GrantAsync(id, scope: "openid");

        await AskAsync("PATCH", $"/clients/{id}", owner.Token, new { redirect_uris = new[] { "https://moved.test/cb" } });

        await Server.GrantAsync(id, "https://moved.test/cb", "openid");
        using var browser = Server.Browser();
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.GetAsync(OAuth.AuthorizeUrl(("client_id", id), ("redirect_uri", "https://c.test/cb"), ("response_type", "code")))).StatusCode);
    }

    [Fact]
    public async Task Of_fifty_changes_on_one_version_one_wins()
    {
        var owner = await AdminAsync("owner");
        var id = await AddClientAsync(new ClientMetadata { RedirectUris = ["https://c.test/cb"] });
        var version = (await CallAsync("GET", $"/clients/{id}", owner.Token)).Headers.ETag!.Tag;

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => CallAsync("PATCH", $"/clients/{id}", owner.Token, new { client_name = $"Name {number}" }, version)));

        Assert.Equal((1, 49), (answers.Count(answer => answer.StatusCode == HttpStatusCode.OK), answers.Count(answer => answer.StatusCode == HttpStatusCode.PreconditionFailed)));
        Assert.Equal(1L, await EventsAsync("ClientChanged", id, owner.Person.Id));
    }

    [Fact]
    public async Task Of_fifty_that_make_a_client_of_one_name_one_wins()
    {
        var id = Name();

        var made = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            try
            {
                return (await Get<ClientAdministration>().CreateAsync(Operator.CommandLine, new NewClient("service", id, []), Stop)).Secret;
            }
            catch (AdministrationException refusal) when (refusal.Problem == AdministrationProblem.Conflict)
            {
                return null;
            }
        }));

        Assert.Equal(HttpStatusCode.OK, (await ServiceAnswerAsync(id, Assert.Single(made, secret => secret is not null)!)).StatusCode);
    }

    [Fact]
    public async Task A_client_that_is_disabled_ends_with_its_grants_and_tokens()
    {
        var owner = await AdminAsync("owner");
        var id = await AddClientAsync(new ClientMetadata { RedirectUris = ["https://c.test/cb"], GrantTypes = ["authorization_code", "refresh_token"], Scope = "openid offline_access pynomaly_api", Consent = "implicit" });
        var tokens = await (await Server.Machine().RedeemAsync(await Server.GrantAsync(id))).TokensAsync();
        Assert.True(await Server.Machine().IsActiveAsync(tokens.AccessToken));

        await AskAsync("POST", $"/clients/{id}/disable", owner.Token);

        Assert.False(await Server.Machine().IsActiveAsync(tokens.AccessToken));
        await (await Server.Machine().RefreshAsync(id, tokens.RefreshToken!)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
        await AskAsync("POST", $"/clients/{id}/enable", owner.Token);
        await (await Server.Machine().RefreshAsync(id, tokens.RefreshToken!)).AssertRefusedAsync("invalid_grant");
    }

    [Fact]
    public async Task What_ends_with_a_client_is_said_before_and_ends_when_it_is_deleted()
    {
        var owner = await AdminAsync("owner");
        var id = await AddClientAsync(new ClientMetadata { RedirectUris = ["https://c.test/cb"], GrantTypes = ["authorization_code", "refresh_token"], Scope = "openid offline_access pynomaly_api" });
        var tokens = await (await Server.Machine().RedeemAsync(await Server.GrantAsync(id))).TokensAsync();

        await ExecuteAsync("DELETE FROM consents WHERE client_id = $1", id);
        await ExecuteAsync("INSERT INTO consents (user_id, client_id, scope, resource, claims, created, updated) VALUES ($1, $2, 'openid', '', '', $3, $3)", TestData.Ada, id, Server.Clock.GetUtcNow());

        var before = await AskAsync("GET", $"/clients/{id}/ends", owner.Token);
        var ended = await AskAsync("DELETE", $"/clients/{id}", owner.Token);

        Assert.Equal((1, 1, 1), (before.GetProperty("grants").GetInt32(), before.GetProperty("people").GetInt32(), before.GetProperty("consents").GetInt32()));
        Assert.Equal(before.GetRawText(), ended.GetRawText());
        Assert.False(await Server.Machine().IsActiveAsync(tokens.AccessToken));
        await RefusedAsync("GET", $"/clients/{id}", owner.Token, status: HttpStatusCode.NotFound);
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM consents WHERE client_id = $1", id));
    }

    [Fact]
    public async Task AD_09_The_list_is_walked_to_its_end_in_each_order_and_a_foreign_cursor_is_refused()
    {
        var owner = await AdminAsync("owner");
        var mark = Guid.NewGuid().ToString("N");
        for (var number = 0; number < 7; number++) await AddClientAsync(new ClientMetadata { ClientName = $"{mark} {number % 3}", RedirectUris = ["https://c.test/cb"] });

        foreach (var order in new[] { "client_id", "name", "created" })
        {
            List<string> seen = [];
            string? after = null;
            do
            {
                var page = await AskAsync("GET", $"/clients?search={mark}&sort={order}&limit=3{(after is null ? "" : $"&after={after}")}", owner.Token);
                seen.AddRange(page.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("client_id").GetString()!));
                after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
                if (after is not null) await RefusedAsync("GET", $"/clients?search={mark}x&sort={order}&limit=3&after={after}", owner.Token, status: HttpStatusCode.BadRequest);
            }
            while (after is not null);

            Assert.Equal((7, 7), (seen.Count, seen.Distinct().Count()));
        }

        await RefusedAsync("GET", "/clients?sort=secrets", owner.Token, status: HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task The_list_shows_what_was_made_a_moment_ago()
    {
        var made = await Get<ClientAdministration>().CreateAsync(Operator.CommandLine, new NewClient("spa", null, new JsonObject { ["redirect_uris"] = new JsonArray("https://c.test/cb") }), Stop);

        var found = await Get<ClientAdministration>().ListAsync(Operator.CommandLine, new ClientFilter { Search = made.Client.ClientId, Purpose = "spa" }, null, 10, Stop);

        Assert.Equal(made.Client.ClientId, Assert.Single(found.Items).ClientId);
    }

    [Fact]
    public async Task Snippets_name_the_client_and_hold_no_secret()
    {
        var owner = await AdminAsync("owner");
        var made = await AskAsync("POST", "/clients", owner.Token, new { purpose = "service", metadata = new { scope = "pynomaly_api" } }, HttpStatusCode.Created);
        var id = made.GetProperty("client").GetProperty("client_id").GetString()!;

        var all = await AskAsync("GET", $"/clients/{id}/snippets", owner.Token);

        Assert.Equal(["aspnetcore", "node", "python", "go", "curl"], all.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("id").GetString()));
        Assert.All(all.GetProperty("items").EnumerateArray(), one => Assert.Contains(id, one.GetProperty("code").GetString(), StringComparison.Ordinal));
        Assert.DoesNotContain(made.GetProperty("client_secret").GetString()!, all.GetRawText(), StringComparison.Ordinal);
    }

    private static string Name() => $"client-{Guid.NewGuid():N}";

    private async Task<long> EventsAsync(string name, string clientId, string actor) =>
        (long)(await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE name = $1 AND client_id = $2 AND actor = $3", name, clientId, actor))!;

    private Task<HttpResponseMessage> SecretAnswerAsync(string id, string secret) => PostAsync("/connect/introspect", id, secret, ("token", "x"));

    private Task<HttpResponseMessage> ServiceAnswerAsync(string id, string secret) => PostAsync("/connect/token", id, secret, ("grant_type", "client_credentials"));

    private async Task<HttpResponseMessage> PostAsync(string path, string id, string secret, (string Name, string Value) field)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent([new(field.Name, field.Value)]) };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{id}:{secret}")));
        return await Server.Machine().SendAsync(request, Stop);
    }
}

/// <summary>On SQLite.</summary>
public sealed class ClientAdministrationTestsOnSqlite(SqliteServer server) : ClientAdministrationTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class ClientAdministrationTestsOnPostgreSql(PostgreSqlServer server) : ClientAdministrationTests(server), IClassFixture<PostgreSqlServer>;
