using System.Net;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>Whoever manages clients tries to become more through one (security group AD).</summary>
public abstract class ClientEscalationAttacks(TestServer server) : AdminSuite(server)
{
    private static readonly string[] Redirect = ["https://evil.test/cb"];

    [Theory]
    [InlineData("*:*")]
    [InlineData("manage:*")]
    [InlineData("manage:keys")]
    [InlineData("*:users")]
    [InlineData("read:detectors")]
    public async Task AD_03_A_client_manager_gives_no_client_what_they_do_not_hold(string permission)
    {
        var manager = await AdminAsync("client_manager");
        var id = await AddClientAsync(new ClientMetadata { GrantTypes = ["client_credentials"], ResponseTypes = [], Permissions = ["view:clients"], Scope = "administration" });

        await RefusedAsync("POST", "/clients", manager.Token, new { purpose = "service", metadata = new { scope = "administration", permissions = new[] { permission } } });
        await RefusedAsync("PATCH", $"/clients/{id}", manager.Token, new { permissions = new[] { permission } });
    }

    [Fact]
    public async Task AD_03_A_client_manager_maps_no_administration_into_a_client()
    {
        var manager = await AdminAsync("client_manager");
        var id = await AddClientAsync(new ClientMetadata { RedirectUris = [.. Redirect], Scope = "openid", Consent = "implicit" });

        await RefusedAsync("PATCH", $"/clients/{id}", manager.Token, new { scope = "openid administration" });
        await RefusedAsync("PATCH", $"/clients/{id}", manager.Token, new { scope = "openid manage:users" });
        await RefusedAsync("POST", "/clients", manager.Token, new { purpose = "web", metadata = new { redirect_uris = Redirect, scope = "openid administration" } });
    }

    [Fact]
    public async Task AD_03_A_client_manager_gets_no_hold_of_a_client_that_is_stronger_than_they()
    {
        var manager = await AdminAsync("client_manager");
        var robot = await AddClientAsync(new ClientMetadata { GrantTypes = ["client_credentials"], ResponseTypes = [], Permissions = ["*:*"], Scope = "administration" });
        var tool = await AddClientAsync(new ClientMetadata { RedirectUris = ["https://c.test/cb"], Scope = "openid administration", Consent = "implicit" });

        await RefusedAsync("POST", $"/clients/{robot}/secrets", manager.Token, new { });
        await RefusedAsync("POST", $"/clients/{robot}/secrets/rotate", manager.Token, new { });
        await RefusedAsync("PATCH", $"/clients/{robot}", manager.Token, new { token_endpoint_auth_method = "private_key_jwt", jwks_uri = "https://evil.test/jwks" });
        await RefusedAsync("PATCH", $"/clients/{tool}", manager.Token, new { redirect_uris = Redirect });
        await RefusedAsync("PATCH", $"/clients/{tool}", manager.Token, new { token_endpoint_auth_method = "none" });
    }

    [Fact]
    public async Task A_client_manager_names_and_narrows_a_client_that_is_stronger_than_they()
    {
        var manager = await AdminAsync("client_manager");
        var robot = await AddClientAsync(new ClientMetadata { GrantTypes = ["client_credentials"], ResponseTypes = [], Permissions = ["view:users", "read:results"], Scope = "administration pynomaly_api" });

        var client = await AskAsync("PATCH", $"/clients/{robot}", manager.Token, new { client_name = "Robot", permissions = new[] { "read:results" }, scope = "pynomaly_api" });

        Assert.Equal(["read:results"], Texts(client.GetProperty("metadata").GetProperty("permissions")));
    }

    [Fact]
    public async Task AD_03_A_client_manager_makes_no_scope_that_covers_administration_and_widens_none()
    {
        var manager = await AdminAsync("client_manager");
        var scope = await AskAsync("POST", "/scopes", manager.Token, new { name = $"s-{Guid.NewGuid():N}", resources = new[] { "https://new.test" }, permissions = new[] { "read:results" } }, HttpStatusCode.Created);

        await RefusedAsync("POST", "/scopes", manager.Token, new { name = $"s-{Guid.NewGuid():N}", resources = new[] { TestServer.Issuer }, permissions = new[] { "manage:*" } });
        await RefusedAsync("POST", "/scopes", manager.Token, new { name = $"s-{Guid.NewGuid():N}", resources = new[] { TestServer.Issuer } });
        await RefusedAsync("PATCH", $"/scopes/{scope.GetProperty("name").GetString()}", manager.Token, new { permissions = new[] { "*:*" } });
        await RefusedAsync("PATCH", "/scopes/administration", manager.Token, new { description = "Harmless" });
    }

    [Fact]
    public async Task Dangerous_acts_want_a_sign_in_of_a_moment_ago()
    {
        var owner = await AdminAsync("owner");
        var id = await AddClientAsync(new ClientMetadata { RedirectUris = ["https://c.test/cb"], Scope = "openid", Consent = "implicit" });
        var kid = (await AskAsync("GET", "/signing-keys", owner.Token)).GetProperty("items")[0].GetProperty("kid").GetString();
        var old = await TokenOfOldSignInAsync(owner.Person);

        await RefusedAsync("POST", "/clients", old, new { purpose = "service" }, HttpStatusCode.Unauthorized);
        await RefusedAsync("POST", $"/clients/{id}/secrets", old, new { }, HttpStatusCode.Unauthorized);
        await RefusedAsync("DELETE", $"/clients/{id}", old, status: HttpStatusCode.Unauthorized);
        await RefusedAsync("PATCH", $"/clients/{id}", old, new { redirect_uris = Redirect }, HttpStatusCode.Unauthorized);
        await RefusedAsync("PATCH", $"/clients/{id}", old, new { permissions = new[] { "read:results" } }, HttpStatusCode.Unauthorized);
        await RefusedAsync("POST", "/signing-keys", old, new { }, HttpStatusCode.Unauthorized);
        await RefusedAsync("DELETE", $"/signing-keys/{kid}", old, status: HttpStatusCode.Unauthorized);
        await AskAsync("PATCH", $"/clients/{id}", old, new { client_name = "Renamed" });
    }

    [Fact]
    public async Task AD_01_Each_area_asks_for_its_own_permission()
    {
        var id = await AddClientAsync(new ClientMetadata { RedirectUris = ["https://c.test/cb"] });
        var (reader, users, manager) = (await AdminAsync("reader"), await AdminAsync("user_manager"), await AdminAsync("client_manager"));

        foreach (var path in new[] { "/clients", $"/clients/{id}", $"/clients/{id}/posture", $"/clients/{id}/snippets", $"/clients/{id}/ends", "/posture", "/scopes", "/scopes/openid", "/sessions", "/grants", "/revocations", "/signing-keys", "/settings", "/health" })
            await AskAsync("GET", path, reader.Token);
        foreach (var (method, path) in new[] { ("POST", "/clients"), ("PATCH", $"/clients/{id}"), ("DELETE", $"/clients/{id}"), ("POST", $"/clients/{id}/disable"), ("POST", "/scopes"), ("POST", "/revocations"), ("POST", "/signing-keys"), ("DELETE", "/grants/x"), ("DELETE", "/sessions/x"), ("POST", $"/clients/{id}/end-tokens") })
            await RefusedAsync(method, path, reader.Token, new { });
        foreach (var path in new[] { "/clients", "/scopes", "/signing-keys", "/settings", "/posture" }) await RefusedAsync("GET", path, users.Token);
        foreach (var path in new[] { "/sessions", "/grants", "/revocations", "/signing-keys", "/settings" }) await RefusedAsync("GET", path, manager.Token);
    }

    [Fact]
    public async Task AD_07_No_answer_holds_a_secret_or_its_hash()
    {
        var reader = await AdminAsync("reader");
        var secret = "AD-07-0123456789abcdefghijklmnopqrstuvwxyz";
        var id = await AddClientAsync(new ClientMetadata { RedirectUris = ["https://c.test/cb"] }, client => client.Secrets = [new ClientSecret(TestData.SecretHash(secret), Server.Clock.GetUtcNow(), null)]);
        var hash = (string)(await Server.ScalarAsync("SELECT key_hash FROM sessions WHERE user_id = $1", reader.Person.Id))!;

        foreach (var path in new[] { "/clients?limit=200", $"/clients/{id}", $"/clients/{id}/snippets", "/sessions?limit=200", "/grants?limit=200", "/revocations", "/signing-keys", "/settings" })
        {
            var text = (await AskAsync("GET", path, reader.Token)).GetRawText();
            foreach (var hidden in new[] { secret, TestData.SecretHash(secret), hash, "\"hash\"", "\"secret\":\"", "PRIVATE", "\"d\":" }) Assert.DoesNotContain(hidden, text, StringComparison.Ordinal);
        }
    }

    // A token of now from a sign-in of long ago: by the browser's session.
    private async Task<string> TokenOfOldSignInAsync(TestPerson person)
    {
        var browser = Server.Browser();
        await AdminTokenAsync(person, browser: browser);
        Server.Clock.Move(TimeSpan.FromMinutes(11));
        return await AdminTokenAsync(person, browser: browser);
    }
}

/// <summary>On SQLite.</summary>
public sealed class ClientEscalationAttacksOnSqlite(SqliteServer server) : ClientEscalationAttacks(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class ClientEscalationAttacksOnPostgreSql(PostgreSqlServer server) : ClientEscalationAttacks(server), IClassFixture<PostgreSqlServer>;
