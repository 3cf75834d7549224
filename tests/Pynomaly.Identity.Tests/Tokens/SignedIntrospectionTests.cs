using System.Net;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.Tokens;

/// <summary>Introspection that is signed (RFC 9701): who said it, to whom, when, and nothing that would pass for a token.</summary>
public abstract class SignedIntrospectionTests(TestServer server) : ServerSuite(server)
{
    private const string Accepted = "application/token-introspection+jwt";

    [Fact]
    public async Task It_says_the_same_as_the_plain_answer_to_the_one_who_asked()
    {
        using var machine = Server.Machine();
        var token = await TokenAsync(machine);

        var response = await AskAsync(machine, TestData.Api, token);

        Assert.Equal(Accepted, response.Content.Headers.ContentType!.MediaType);
        Assert.True(response.Headers.CacheControl!.NoStore);
        var claims = await VerifiedAsync(machine, await response.Content.ReadAsStringAsync(), TestData.Api, "RS256");
        var plain = await (await machine.PostAsClientAsync("/connect/introspect", TestData.Api, ("token", token))).JsonAsync();
        Assert.Equal(plain.GetRawText(), claims.GetProperty("token_introspection").GetRawText());
        Assert.Equal(Server.Clock.GetUtcNow().ToUnixTimeSeconds(), claims.GetProperty("iat").GetInt64());
    }

    [Fact]
    public async Task It_has_no_claim_by_which_it_could_pass_for_a_token_and_passes_for_none()
    {
        using var machine = Server.Machine();
        var token = await TokenAsync(machine);

        var signed = await (await AskAsync(machine, TestData.Api, token)).Content.ReadAsStringAsync();

        Assert.Equal(["iss", "aud", "iat", "token_introspection"], OAuth.Claims(signed).EnumerateObject().Select(claim => claim.Name)); // RFC 9701 §5, §8.1: no sub, no exp
        using var request = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo") { Headers = { Authorization = new("Bearer", signed) } };
        Assert.Equal(HttpStatusCode.Unauthorized, (await machine.SendAsync(request)).StatusCode);
        Assert.False(await machine.IsActiveAsync(signed));
    }

    [Theory]
    [InlineData("no-such-token")]
    [InlineData(null)]
    public async Task Of_what_does_not_hold_it_says_that_and_nothing_more(string? token)
    {
        using var machine = Server.Machine();
        token ??= await TokenAsync(machine); // not the asker's

        var response = await AskAsync(machine, TestData.Web, token);

        var claims = await VerifiedAsync(machine, await response.Content.ReadAsStringAsync(), TestData.Web, "RS256");
        Assert.Equal("{\"active\":false}", claims.GetProperty("token_introspection").GetRawText());
    }

    [Fact]
    public async Task The_clients_algorithm_signs()
    {
        using var machine = Server.Machine();
        var client = await AddClientAsync(new ClientMetadata { GrantTypes = [], IntrospectAll = true, IntrospectionSignedResponseAlg = "ES256" });

        var response = await AskAsync(machine, client, await TokenAsync(machine));

        Assert.True((await VerifiedAsync(machine, await response.Content.ReadAsStringAsync(), client, "ES256")).GetProperty("token_introspection").GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task Nobody_is_told_anything_signed_without_proof_of_who_asks()
    {
        using var machine = Server.Machine();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/introspect") { Content = new FormUrlEncodedContent([new("token", await TokenAsync(machine))]), Headers = { { "Accept", Accepted } } };

        await (await machine.SendAsync(request)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Discovery_names_what_signs()
    {
        using var machine = Server.Machine();
        var document = await (await machine.GetAsync("/.well-known/oauth-authorization-server")).JsonAsync();

        Assert.Equal(["ES256", "RS256"], document.GetProperty("introspection_signing_alg_values_supported").EnumerateArray().Select(one => one.GetString()).Order());
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient machine, string client, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/introspect") { Content = new FormUrlEncodedContent([new("token", token)]) };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"{client}:{TestData.Secret}")));
        request.Headers.TryAddWithoutValidation("Accept", Accepted);
        var response = await machine.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response;
    }

    private static async Task<string> TokenAsync(HttpClient machine) => (await (await machine.TokenAsync(TestData.Service, ("grant_type", "client_credentials"))).TokensAsync()).AccessToken;

    private static async Task<JsonElement> VerifiedAsync(HttpClient machine, string token, string audience, string algorithm)
    {
        var keys = new JsonWebKeySet(await machine.GetStringAsync("/.well-known/jwks")).GetSigningKeys();
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = TestServer.Issuer, ValidAudience = audience, ValidateLifetime = false, IssuerSigningKeys = keys, ValidTypes = [IntrospectionEndpoint.SignedType], ValidAlgorithms = [algorithm],
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        return OAuth.Claims(token);
    }
}

public sealed class SignedIntrospectionTestsOnSqlite(SqliteServer server) : SignedIntrospectionTests(server), IClassFixture<SqliteServer>;

public sealed class SignedIntrospectionTestsOnPostgreSql(PostgreSqlServer server) : SignedIntrospectionTests(server), IClassFixture<PostgreSqlServer>;
