using System.Net;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Samples;

public sealed class DetectorsApiTests(DetectorsApiFixture api) : IClassFixture<DetectorsApiFixture>
{
    [Fact]
    public async Task A_permission_in_the_token_opens_its_endpoint()
    {
        using var answer = await api.AskAsync("detectors", api.Issuer.Sign());

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("pump-vibration", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_permission_that_the_token_lacks_is_named_in_the_refusal()
    {
        using var answer = await api.AskAsync("datasets", api.Issuer.Sign());

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.StartsWith("Bearer realm=\"detectors\", error=\"insufficient_scope\", scope=\"read:datasets\", error_description=", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_permission_is_compared_whole()
    {
        using var answer = await api.AskAsync("detectors", api.Issuer.Sign(claims => claims["permissions"] = new[] { "read:detectors2", "read:det*", "READ:DETECTORS" }));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Without_a_token_the_challenge_names_the_scheme_and_no_error()
    {
        using var answer = await api.AskAsync("detectors", null);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.StartsWith("Bearer realm=\"detectors\", resource_metadata=", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("error", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("an ID token", "The token is not an access token")]
    [InlineData("another audience", "The access token is for another audience")]
    [InlineData("another issuer", "The access token is from another issuer")]
    [InlineData("expired", "The access token expired")]
    [InlineData("not yet valid", "The access token is not valid yet")]
    [InlineData("an unknown key", "The signature of the access token is not valid")]
    [InlineData("the public key as a secret", "The access token is signed by an algorithm that is not accepted here")]
    [InlineData("no signature", "The access token is malformed")]
    [InlineData("no jti", "The access token lacks a claim that RFC 9068 requires")]
    [InlineData("no expiry", "The access token lacks a claim that RFC 9068 requires")]
    [InlineData("not a token", "The access token is malformed")]
    public async Task A_token_that_does_not_hold_is_refused_with_its_reason(string flaw, string reason)
    {
        using var answer = await api.AskAsync("detectors", Flawed(flaw));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.StartsWith($"Bearer realm=\"detectors\", error=\"invalid_token\", error_description=\"{reason}\", resource_metadata=", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_token_is_refused_and_another_is_not()
    {
        string jti = Guid.NewGuid().ToString("N");
        string token = api.Issuer.Sign(claims => claims["jti"] = jti), other = api.Issuer.Sign();
        await api.EventuallyAsync("detectors", token, HttpStatusCode.OK);

        api.Issuer.Revoked.Add(new { jti, exp = Now() + 300 });

        await api.EventuallyAsync("detectors", token, HttpStatusCode.Unauthorized);
        await api.EventuallyAsync("detectors", other, HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_stream_of_detections_breaks_off_when_its_token_is_revoked()
    {
        string jti = Guid.NewGuid().ToString("N");
        using var answer = await api.OpenAsync("detections", api.Issuer.Sign(claims => claims["jti"] = jti));
        using var events = new StreamReader(await answer.Content.ReadAsStreamAsync());
        using var end = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        Assert.Equal("event: detection", await events.ReadLineAsync(end.Token));

        api.Issuer.Revoked.Add(new { jti, exp = Now() + 300 });

        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (await events.ReadLineAsync(end.Token) is not null)
            {
            }
        });
    }

    [Fact]
    public async Task A_cut_off_ends_what_a_client_was_given_before_and_nothing_later()
    {
        long moment = Now();
        string earlier = Of("cut-client", moment - 5), later = Of("cut-client", moment), stranger = Of("another-client", moment - 5);
        await api.EventuallyAsync("detectors", earlier, HttpStatusCode.OK);

        api.Issuer.CutOffs.Add(new { client_id = "cut-client", issued_before = moment, exp = moment + 300 });

        await api.EventuallyAsync("detectors", earlier, HttpStatusCode.Unauthorized);
        await api.EventuallyAsync("detectors", later, HttpStatusCode.OK);
        await api.EventuallyAsync("detectors", stranger, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Until_the_revocation_list_was_read_no_token_is_judged()
    {
        await using var issuer = await PaperIssuer.StartAsync(publishesRevocations: false);
        using var http = new HttpClient();
        await using var started = await DetectorsApiFixture.StartApiAsync(issuer, http);

        using var answer = await DetectorsApiFixture.AskAsync(http, "detectors", issuer.Sign());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), answer.Headers.RetryAfter?.Delta);
    }

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    private string Of(string client, long issuedAt) => api.Issuer.Sign(claims => (claims["client_id"], claims["iat"]) = (client, issuedAt));

    private string Flawed(string flaw)
    {
        var issuer = api.Issuer;
        switch (flaw)
        {
            case "an ID token": return issuer.Sign(type: "JWT");
            case "another audience": return issuer.Sign(claims => claims["aud"] = "https://other.example");
            case "another issuer": return issuer.Sign(claims => claims["iss"] = "https://other.example");
            case "expired": return issuer.Sign(claims => (claims["nbf"], claims["exp"]) = (Now() - 120, Now() - 60));
            case "not yet valid": return issuer.Sign(claims => claims["nbf"] = Now() + 600);
            case "no jti": return issuer.Sign(claims => claims.Remove("jti"));
            case "no expiry": return issuer.Sign(claims => claims.Remove("exp"));
            case "an unknown key":
                using (var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256))
                {
                    return issuer.Sign(key: new ECDsaSecurityKey(foreign) { KeyId = issuer.Key.KeyId, CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } });
                }

            case "the public key as a secret":
                byte[] secret = issuer.Key.ECDsa.ExportSubjectPublicKeyInfo();
                return issuer.Sign(key: new SymmetricSecurityKey(secret) { KeyId = issuer.Key.KeyId }, algorithm: SecurityAlgorithms.HmacSha256);
            case "no signature":
                return $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"at+jwt"}""")}.{issuer.Sign().Split('.')[1]}.";
            default: return "abc";
        }
    }
}
