using System.Net;
using System.Text.Json;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Conformance;

/// <summary>The discovery documents say what holds, and no more (B1; OpenID Connect Discovery §3, RFC 8414 §2).</summary>
public abstract class DiscoveryTests(TestServer server) : ServerSuite(server)
{
    [Fact]
    public async Task B1_The_document_has_every_member_that_OpenID_Connect_requires()
    {
        var document = await ReadAsync();

        Assert.Equal(TestServer.Issuer, document.GetProperty("issuer").GetString());
        foreach (var name in (string[])["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint", "introspection_endpoint", "revocation_endpoint"])
            Assert.StartsWith(TestServer.Issuer + "/", document.GetProperty(name).GetString(), StringComparison.Ordinal);
        Assert.Contains("RS256", Texts(document, "id_token_signing_alg_values_supported"));
        Assert.Equal(["code"], Texts(document, "response_types_supported"));
        Assert.Equal(["public"], Texts(document, "subject_types_supported"));
        Assert.Contains("openid", Texts(document, "scopes_supported"));
        Assert.Equal(["S256"], Texts(document, "code_challenge_methods_supported"));
        Assert.Equal(["none", "login", "consent", "select_account"], Texts(document, "prompt_values_supported"));
        Assert.True(document.GetProperty("authorization_response_iss_parameter_supported").GetBoolean());
        Assert.True(document.GetProperty("claims_parameter_supported").GetBoolean());
        Assert.False(document.GetProperty("request_parameter_supported").GetBoolean());
        Assert.False(document.GetProperty("request_uri_parameter_supported").GetBoolean());
    }

    [Fact]
    public async Task B1_No_algorithm_named_none_is_listed()
    {
        var document = await ReadAsync();

        foreach (var list in document.EnumerateObject().Where(one => one.Name.Contains("_alg_", StringComparison.Ordinal)))
            Assert.DoesNotContain("none", Texts(document, list.Name));
    }

    [Fact]
    public async Task B1_Every_address_of_the_document_is_served()
    {
        using var machine = Server.Machine();
        var document = await ReadAsync();

        foreach (var endpoint in document.EnumerateObject().Where(one => one.Name.EndsWith("_endpoint", StringComparison.Ordinal) || one.Name == "jwks_uri"))
        {
            using var response = await machine.GetAsync(endpoint.Value.GetString());
            Assert.True(response.StatusCode is not HttpStatusCode.NotFound and < HttpStatusCode.InternalServerError, $"{endpoint.Name}: {(int)response.StatusCode}");
        }
    }

    [Fact]
    public async Task B1_Every_grant_type_of_the_document_is_known_at_the_token_endpoint_and_no_other()
    {
        using var machine = Server.Machine();

        var listed = Texts(await ReadAsync(), "grant_types_supported");

        Assert.Equal(["authorization_code", "client_credentials", "refresh_token"], listed.Order(StringComparer.Ordinal));
        foreach (var grantType in listed)
            Assert.NotEqual(Errors.UnsupportedGrantType, await ErrorOfAsync(machine, grantType));
        foreach (var grantType in (string[])["password", "implicit", "urn:ietf:params:oauth:grant-type:device_code"])
            Assert.Equal(Errors.UnsupportedGrantType, await ErrorOfAsync(machine, grantType));
    }

    [Fact]
    public async Task B1_The_client_authentication_that_is_listed_is_what_is_registered_with_algorithms_where_it_signs()
    {
        var registered = ((IEnumerable<IClientAuthenticationMethod>)Server.Services.GetService(typeof(IEnumerable<IClientAuthenticationMethod>))!).Select(method => method.Name).ToArray();
        var document = await ReadAsync();

        Assert.Equal([.. registered, "none"], Texts(document, "token_endpoint_auth_methods_supported"));
        Assert.Equal(registered, Texts(document, "introspection_endpoint_auth_methods_supported"));
        Assert.Contains("client_secret_basic", registered);
        Assert.Equal(registered.Contains("private_key_jwt"), document.TryGetProperty("token_endpoint_auth_signing_alg_values_supported", out _));
    }

    [Fact]
    public async Task Both_well_known_addresses_give_the_same_document_to_everybody()
    {
        using var machine = Server.Machine();

        using var openId = await machine.GetAsync(Paths.Configuration);
        using var oauth = await machine.GetAsync(Paths.AuthorizationServer);

        Assert.Equal(await openId.Content.ReadAsStringAsync(), await oauth.Content.ReadAsStringAsync());
        Assert.Equal("application/json", openId.Content.Headers.ContentType?.MediaType);
        Assert.Equal("*", openId.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.True(openId.Headers.CacheControl?.Public);
    }

    [Fact]
    public async Task A_document_that_is_known_is_not_sent_again()
    {
        using var machine = Server.Machine();
        using var first = await machine.GetAsync(Paths.Configuration);
        using var request = new HttpRequestMessage(HttpMethod.Get, Paths.Configuration);
        request.Headers.Add("If-None-Match", first.Headers.ETag!.ToString());

        using var second = await machine.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_new_scope_is_listed_at_once()
    {
        var name = $"scope-{Guid.NewGuid():N}";
        await ReadAsync();

        await ExecuteAsync("INSERT INTO scopes (name, display_name, description, resources, permissions) VALUES ($1, NULL, NULL, '[]', NULL)", name);
        await ExecuteAsync(Pynomaly.Identity.Storage.ChangeFeed.BumpSql);
        ((Pynomaly.Identity.Storage.ChangeFeed)Server.Services.GetService(typeof(Pynomaly.Identity.Storage.ChangeFeed))!).Look();

        Assert.Contains(name, Texts(await ReadAsync(), "scopes_supported"));
    }

    [Fact]
    public async Task The_Host_header_has_no_say_in_the_addresses()
    {
        using var machine = Server.Machine();
        using var request = new HttpRequestMessage(HttpMethod.Get, Paths.Configuration);
        request.Headers.Host = "evil.test";
        request.Headers.Add("X-Forwarded-Host", "evil.test");

        using var response = await machine.SendAsync(request);

        Assert.DoesNotContain("evil.test", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<JsonElement> ReadAsync()
    {
        using var machine = Server.Machine();
        return JsonDocument.Parse(await machine.GetStringAsync(Paths.Configuration)).RootElement;
    }

    private static async Task<string?> ErrorOfAsync(HttpClient machine, string grantType)
    {
        var (_, body) = await machine.AskAsync(TestData.Web, ("grant_type", grantType));
        return body.GetProperty("error").GetString();
    }

    private static string[] Texts(JsonElement document, string name) => [.. document.GetProperty(name).EnumerateArray().Select(one => one.GetString()!)];
}

/// <summary>On SQLite.</summary>
public sealed class DiscoveryTestsOnSqlite(SqliteServer server) : DiscoveryTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class DiscoveryTestsOnPostgreSql(PostgreSqlServer server) : DiscoveryTests(server), IClassFixture<PostgreSqlServer>;
