using System.Net;
using System.Security.Cryptography;
using System.Text;
using Pynomaly.Identity.Tests.Clients;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Client assertions (private_key_jwt): CA-06 to CA-15 of the attack catalogue, and the keys' own addresses (SR-01).</summary>
public abstract class ClientAssertionAttacks(TestServer server) : ClientAuthenticationSuite(server)
{
    [Theory]
    [InlineData("\"none\"")]
    [InlineData("\"None\"")]
    [InlineData("\"nOnE\"")]
    [InlineData("\"\"")]
    [InlineData("null")]
    [InlineData("[\"ES256\"]")]
    [InlineData(null)]
    public async Task CA_06_an_assertion_without_algorithm_is_refused(string? algorithm)
    {
        var (client, key) = await SignerAsync();
        var header = algorithm is null ? "{\"typ\":\"JWT\"}" : $$"""{"alg":{{algorithm}}}""";
        var signed = key.Sign(header, Payload(client));

        await RefusedAsync(await AssertAsync(signed));
        await RefusedAsync(await AssertAsync(signed[..(signed.LastIndexOf('.') + 1)]));
    }

    [Fact]
    public async Task CA_07_a_public_key_is_no_shared_secret()
    {
        var (client, key) = await SignerAsync();
        var pem = PemEncoding.WriteString("PUBLIC KEY", key.Spki);
        byte[][] secrets = [key.Spki, Encoding.ASCII.GetBytes(pem), Encoding.ASCII.GetBytes(pem + "\n"), Encoding.UTF8.GetBytes(key.PublicJwk), Encoding.UTF8.GetBytes(await Machine.GetStringAsync("/.well-known/jwks"))];

        foreach (var secret in secrets)
        {
            var signed = $"{TestClientKey.Encode("""{"alg":"HS256","kid":"k"}""")}.{TestClientKey.Encode(Payload(client))}";
            var mac = HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed));
            await RefusedAsync(await AssertAsync($"{signed}.{System.Buffers.Text.Base64Url.EncodeToString(mac)}"));
        }
    }

    [Fact]
    public async Task CA_07_the_registered_algorithm_counts_and_not_the_headers()
    {
        var key = new TestClientKey("k");
        var client = await AddClientAsync(Service with { TokenEndpointAuthMethod = "private_key_jwt", TokenEndpointAuthSigningAlg = "PS256", Jwks = TestClientKey.Element(key) });

        await RefusedAsync(await AssertAsync(key.Assert(client, TestServer.Issuer, Now)));
    }

    [Fact]
    public async Task CA_08_only_the_issuer_as_one_text_is_the_audience()
    {
        var (client, key) = await SignerAsync();
        object?[] wrong = [TokenEndpoint, TestServer.Issuer + "/", "https://evil.test", new[] { TestServer.Issuer, "https://evil.test" }, new[] { TestServer.Issuer }, Array.Empty<string>(), 1, null, "", new { iss = TestServer.Issuer }];

        foreach (var audience in wrong) await RefusedAsync(await AssertAsync(key.Assert(client, "", Now, ("aud", audience))));

        await AcceptedAsync(await AssertAsync(key.Assert(client, TestServer.Issuer, Now)));
    }

    [Fact]
    public async Task CA_08_the_switch_for_old_clients_admits_the_token_endpoint_and_no_more()
    {
        var key = new TestClientKey("k");
        var client = await AddClientAsync(Service with { TokenEndpointAuthMethod = "private_key_jwt", Jwks = TestClientKey.Element(key), AllowTokenEndpointAudience = true });

        foreach (var right in new object[] { TestServer.Issuer, TokenEndpoint, new[] { TestServer.Issuer, TokenEndpoint } })
            await AcceptedAsync(await AssertAsync(key.Assert(client, "", Now, ("aud", right))));
        foreach (var wrong in new object?[] { "https://evil.test", new[] { TokenEndpoint, "https://evil.test" }, Array.Empty<string>(), null })
            await RefusedAsync(await AssertAsync(key.Assert(client, "", Now, ("aud", wrong))));
    }

    [Fact]
    public async Task CA_09_an_assertion_is_used_once_however_many_try()
    {
        var (client, key) = await SignerAsync();
        var assertion = key.Assert(client, TestServer.Issuer, Now);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AssertAsync(assertion)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        await RefusedAsync(await AssertAsync(assertion));
    }

    [Fact]
    public async Task CA_09_a_forged_assertion_uses_nothing_up_and_clients_may_choose_the_same_jti()
    {
        var (client, key) = await SignerAsync();
        var (other, otherKey) = await SignerAsync();
        await RefusedAsync(await AssertAsync(otherKey.Assert(client, TestServer.Issuer, Now, ("jti", "same"))));

        await AcceptedAsync(await AssertAsync(key.Assert(client, TestServer.Issuer, Now, ("jti", "same"))));
        await AcceptedAsync(await AssertAsync(otherKey.Assert(other, TestServer.Issuer, Now, ("jti", "same"))));
        await RefusedAsync(await AssertAsync(key.Assert(client, TestServer.Issuer, Now, ("jti", null))));
        await RefusedAsync(await AssertAsync(key.Assert(client, TestServer.Issuer, Now, ("jti", ""))));
    }

    [Fact]
    public async Task CA_10_times_that_make_no_sense_are_refused()
    {
        var (client, key) = await SignerAsync();
        long Seconds(int minutes) => Now.AddMinutes(minutes).ToUnixTimeSeconds();
        (string, object?)[] wrong =
        [
            ("exp", null), ("exp", Seconds(-1)), ("exp", Seconds(7)), ("exp", Seconds(60 * 24 * 365)), ("exp", "soon"), ("exp", $"{Seconds(1)}"), ("exp", -1), ("exp", 1e300), ("exp", true),
            ("nbf", Seconds(2)), ("nbf", "now"), ("iat", Seconds(2)), ("iat", Seconds(-60 * 24 * 365)), ("iat", "now"),
        ];

        foreach (var claim in wrong) await RefusedAsync(await AssertAsync(key.Assert(client, TestServer.Issuer, Now, claim)));

        foreach (var right in new (string, object?)[] { ("exp", Seconds(5)), ("nbf", Now.AddSeconds(10).ToUnixTimeSeconds()), ("iat", null), ("iat", Now.AddSeconds(10).ToUnixTimeSeconds()), ("exp", Seconds(1) + 0.5) })
            await AcceptedAsync(await AssertAsync(key.Assert(client, TestServer.Issuer, Now, right)));
    }

    [Fact]
    public async Task CA_11_nobody_speaks_for_another_client()
    {
        var (client, key) = await SignerAsync();
        var (victim, _) = await SignerAsync();

        await RefusedAsync(await AssertAsync(key.Assert(client, TestServer.Issuer, Now, ("iss", victim))));
        await RefusedAsync(await AssertAsync(key.Assert(client, TestServer.Issuer, Now, ("sub", victim))));
        await RefusedAsync(await AssertAsync(key.Assert(victim, TestServer.Issuer, Now)));
        await RefusedAsync(await AssertAsync(key.Assert(client, TestServer.Issuer, Now), ("client_id", victim)));
        await RefusedAsync(await TokenAsync(Basic(TestData.Service, TestData.Secret), ("client_id", TestData.Other)), basic: true);
        await AcceptedAsync(await AssertAsync(key.Assert(client, TestServer.Issuer, Now), ("client_id", client)));
    }

    [Theory]
    [InlineData("\"../../etc/passwd\"")]
    [InlineData("\"' OR 1=1--\"")]
    [InlineData("\"a\\u0000b\"")]
    [InlineData("[\"k\"]")]
    [InlineData("\"LONG\"")]
    [InlineData("\"other\"")]
    public async Task CA_12_a_kid_is_compared_and_nothing_else(string kid)
    {
        var (client, key) = await SignerAsync();
        var header = $$"""{"alg":"ES256","kid":{{kid.Replace("LONG", new string('x', 10_000), StringComparison.Ordinal)}}}""";

        await RefusedAsync(await AssertAsync(key.Sign(header, Payload(client))));
    }

    [Fact]
    public async Task CA_13_keys_that_the_header_offers_are_neither_used_nor_fetched()
    {
        var (client, _) = await SignerAsync();
        var attacker = new TestClientKey("k");
        await using var canary = Canary.Saying(() => TestClientKey.Set(attacker));
        string[] offers =
        [
            $"\"jwk\":{attacker.PublicJwk}", $"\"jku\":\"http://{canary.Authority}/jwks\"", $"\"x5u\":\"http://{canary.Authority}/x5u\"", "\"x5c\":[\"AAAA\"]", "\"crit\":[\"exp\"]",
        ];

        foreach (var offer in offers) await RefusedAsync(await AssertAsync(attacker.Sign($$"""{"alg":"ES256","kid":"k",{{offer}}}""", Payload(client))));

        Assert.Equal(0, canary.Hits);
    }

    [Fact]
    public async Task CA_14_a_token_of_another_kind_or_with_a_name_twice_is_no_assertion()
    {
        var (client, key) = await SignerAsync();

        await RefusedAsync(await AssertAsync(key.Sign("""{"alg":"ES256","kid":"k","typ":"at+jwt"}""", Payload(client))));
        await RefusedAsync(await AssertAsync(key.Sign("""{"alg":"ES256","kid":"k","alg":"ES256"}""", Payload(client))));
        await RefusedAsync(await AssertAsync(key.Sign("""{"alg":"ES256","kid":"k","crit":["b64"],"b64":true}""", Payload(client))));
        await RefusedAsync(await AssertAsync(key.Sign("""{"alg":"ES256","kid":"k"}""", Payload(client).Replace("{", $"{{\"aud\":\"{TestServer.Issuer}\",", StringComparison.Ordinal))));
        await RefusedAsync(await TokenAsync(null, ("client_assertion_type", "urn:other"), ("client_assertion", key.Assert(client, TestServer.Issuer, Now))));
        await RefusedAsync(await TokenAsync(null, ("client_assertion", key.Assert(client, TestServer.Issuer, Now))));
        await RefusedAsync(await TokenAsync(null, ("client_assertion_type", JwtBearer)));
        await AcceptedAsync(await AssertAsync(key.Sign("""{"alg":"ES256","kid":"k","typ":"JWT"}""", Payload(client))));
    }

    [Fact]
    public async Task CA_15_a_signature_of_zeros_or_of_another_form_is_refused()
    {
        var (client, key) = await SignerAsync();
        var assertion = key.Assert(client, TestServer.Issuer, Now);
        var signed = assertion[..(assertion.LastIndexOf('.') + 1)];

        foreach (var length in new[] { 0, 1, 63, 64, 65, 72 }) await RefusedAsync(await AssertAsync(signed + System.Buffers.Text.Base64Url.EncodeToString(new byte[length])));
        await RefusedAsync(await AssertAsync(assertion + "="));
        await RefusedAsync(await AssertAsync(assertion + ".x"));
        await RefusedAsync(await AssertAsync(assertion.Insert(5, " ")));
        await AcceptedAsync(await AssertAsync(assertion));
    }

    [Fact]
    public async Task SR_01_keys_are_not_fetched_from_inside()
    {
        var key = new TestClientKey("k");
        await using var canary = Canary.Saying(() => TestClientKey.Set(key));
        foreach (var uri in new[] { $"http://{canary.Authority}/jwks", $"https://{canary.Authority}/jwks", $"https://localhost:{canary.Port}/jwks", $"https://[::ffff:127.0.0.1]:{canary.Port}/jwks" })
        {
            var client = await AddClientAsync(Service with { TokenEndpointAuthMethod = "private_key_jwt", JwksUri = uri });
            await RefusedAsync(await AssertAsync(key.Assert(client, TestServer.Issuer, Now)));
        }

        Assert.Equal(0, canary.Hits);
    }
}

/// <summary>On SQLite.</summary>
public sealed class ClientAssertionAttacksOnSqlite(SqliteServer server) : ClientAssertionAttacks(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class ClientAssertionAttacksOnPostgreSql(PostgreSqlServer server) : ClientAssertionAttacks(server), IClassFixture<PostgreSqlServer>;
