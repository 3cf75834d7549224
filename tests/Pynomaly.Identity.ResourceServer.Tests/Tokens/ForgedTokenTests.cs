using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using Pynomaly.Identity.ResourceServer.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Tokens;

/// <summary>The group JV of the attack catalogue, at an API's door. RFC 9068 §4, RFC 8725, RFC 7515.</summary>
public sealed class ForgedTokenTests(ForgedTokenTests.Fixture fixture) : IClassFixture<ForgedTokenTests.Fixture>
{
    private readonly PaperIssuer _issuer = fixture.Issuer;
    private readonly TestApi _api = fixture.Api;

    [Fact]
    public async Task A_good_token_opens_the_door()
    {
        using var answer = await _api.GetAsync("/detectors", _issuer.Sign());

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("JWT")]
    [InlineData("secevent+jwt")]
    [InlineData("at+jwt2")]
    [InlineData("")]
    public async Task JV_01_A_token_of_another_kind_is_no_access_token(string type) => await RefusedAsync(_issuer.Sign(type: type), "The token is not an access token");

    [Fact]
    public async Task JV_03_A_token_for_another_audience_is_refused() =>
        await RefusedAsync(_issuer.Sign(claims => claims["aud"] = "https://other.test"), "The access token is for another audience");

    [Fact]
    public async Task JV_03_A_token_for_several_audiences_is_taken_when_this_one_is_among_them()
    {
        using var answer = await _api.GetAsync("/detectors", _issuer.Sign(claims => claims["aud"] = new[] { "https://other.test", PaperIssuer.Audience }));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("https://other.test")]
    [InlineData("https://paper.test/")]
    [InlineData("https://PAPER.test")]
    public async Task JV_03_A_token_of_another_issuer_is_refused_to_the_letter(string issuer) =>
        await RefusedAsync(_issuer.Sign(claims => claims["iss"] = issuer), "The access token is from another issuer");

    [Fact]
    public async Task JV_05_A_token_without_a_signature_is_refused()
    {
        var payload = _issuer.Sign().Split('.')[1];
        await RefusedAsync($"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"at+jwt","kid":"first"}""")}.{payload}.", "The access token is malformed");
        await RefusedAsync($"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"at+jwt","kid":"first"}""")}.{payload}.AAAA", "The access token is signed by an algorithm that is not accepted here");
    }

    [Fact]
    public async Task JV_05_The_public_key_is_no_secret_for_HMAC()
    {
        foreach (var secret in new[] { _issuer.Key.ECDsa.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(_issuer.Key.ECDsa.ExportSubjectPublicKeyInfoPem()) })
            await RefusedAsync(_issuer.Sign(key: new SymmetricSecurityKey(secret) { KeyId = "first" }, algorithm: "HS256"), "The access token is signed by an algorithm that is not accepted here");
    }

    [Fact]
    public async Task JV_05_A_key_signs_by_its_own_algorithm_only()
    {
        using var rsa = RSA.Create(2048);
        var key = new RsaSecurityKey(rsa) { KeyId = "rsa" };
        _issuer.Published["rsa"] = key;

        await RefusedAsync(_issuer.Sign(key: key, algorithm: "PS256"), "The access token is signed by an algorithm that is not accepted here");
        await RefusedAsync(_issuer.SignHeader("""{"alg":"RS256","typ":"at+jwt","kid":"first"}""", Payload(), key, "RS256"), "The signature of the access token is not valid");
        using var answer = await _api.GetAsync("/detectors", _issuer.Sign(key: key, algorithm: "RS256"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task JV_05_A_key_that_the_token_brings_along_is_not_looked_at()
    {
        var own = PaperIssuer.NewKey("first");
        var point = own.ECDsa.ExportParameters(false).Q;
        var jwk = $$"""{"kty":"EC","crv":"P-256","x":"{{Base64UrlEncoder.Encode(point.X)}}","y":"{{Base64UrlEncoder.Encode(point.Y)}}"}""";

        await RefusedAsync(_issuer.SignHeader($$"""{"alg":"ES256","typ":"at+jwt","kid":"first","jwk":{{jwk}},"jku":"https://evil.test/jwks"}""", Payload(), own), "The signature of the access token is not valid");
    }

    [Theory]
    [InlineData("""{"alg":"ES256","typ":"at+jwt"}""")]
    [InlineData("""{"alg":"ES256","typ":"at+jwt","kid":""}""")]
    [InlineData("""{"alg":"ES256","typ":"at+jwt","kid":1}""")]
    [InlineData("""{"alg":"ES256","alg":"ES256","typ":"at+jwt","kid":"first"}""")]
    [InlineData("""{"alg":"ES256","typ":"at+jwt","kid":"first","crit":["exp"]}""")]
    [InlineData("""{"alg":"ES256","typ":"at+jwt","kid":"first","b64":false}""")]
    [InlineData("""{"alg":"ES256","typ":"at+jwt","kid":"first"} """ + "{}")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task JV_05_A_header_that_says_less_more_or_twice_is_malformed(string header) => await RefusedAsync(_issuer.SignHeader(header, Payload()), "The access token is malformed");

    [Fact]
    public async Task JV_05_Payload_and_signature_belong_together()
    {
        var parts = _issuer.Sign().Split('.');
        var other = _issuer.Sign(claims => claims["permissions"] = new[] { "*:*" }).Split('.');

        await RefusedAsync($"{parts[0]}.{other[1]}.{parts[2]}", "The signature of the access token is not valid");
        await RefusedAsync($"{parts[0]}.{parts[1]}.{Base64UrlEncoder.Encode(new byte[64])}", "The signature of the access token is not valid"); // CVE-2022-21449
        await RefusedAsync($"{parts[0]}.{parts[1]}.", "The access token is malformed");
        await RefusedAsync($"{parts[0]}.{parts[1]}", "The access token is malformed");
    }

    [Fact]
    public async Task JV_06_A_token_has_one_spelling()
    {
        var token = _issuer.Sign();
        var last = token[^1];
        var twin = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var next = twin[(twin.IndexOf(last, StringComparison.Ordinal) + 1) % 64]; // the same bytes for a decoder that does not mind
        using (var good = await _api.GetAsync("/detectors", token)) Assert.Equal(HttpStatusCode.OK, good.StatusCode);

        foreach (var spelling in new[] { token[..^1] + next, token + "=", token + ".", token.Replace(".", "..", StringComparison.Ordinal), token.Insert(20, "="), token.Insert(40, "\t"), token[..^1] })
            await RefusedAsync(spelling, "The access token is malformed");
    }

    [Theory]
    [InlineData("exp", "\"9999999999\"")]
    [InlineData("exp", "1e400")]
    [InlineData("exp", "-1")]
    [InlineData("exp", "0")]
    [InlineData("exp", "null")]
    [InlineData("exp", "99999999999999999999")]
    [InlineData("exp", "[9999999999]")]
    [InlineData("iat", "\"1\"")]
    [InlineData("nbf", "true")]
    public async Task JV_07_A_time_that_is_none_is_refused(string claim, string value)
    {
        var payload = $$"""{"iss":"{{PaperIssuer.Issuer}}","sub":"s","client_id":"c","aud":"{{PaperIssuer.Audience}}","jti":"j","permissions":["read:detectors"],"iat":{{_issuer.Now}},"exp":{{_issuer.Now + 60}},"nbf":{{_issuer.Now}}}""";
        var forged = System.Text.RegularExpressions.Regex.Replace(payload, $"\"{claim}\":[0-9]+", $"\"{claim}\":{value}");

        using var answer = await _api.GetAsync("/detectors", _issuer.SignPayload(forged));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("error=\"invalid_token\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-9, HttpStatusCode.OK)]
    [InlineData(-10, HttpStatusCode.Unauthorized)]
    public async Task JV_07_A_token_ends_with_its_expiry_and_ten_seconds_for_clocks(int secondsLeft, HttpStatusCode expected)
    {
        var now = _issuer.Now;
        using var answer = await _api.GetAsync("/detectors", _issuer.Sign(claims => (claims["iat"], claims["nbf"], claims["exp"]) = (now - 100, now - 100, now + secondsLeft)));

        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("nbf", 10, null)]
    [InlineData("nbf", 11, "The access token is not valid yet")]
    [InlineData("iat", 11, "The access token is not valid yet")]
    public async Task JV_07_A_token_of_the_future_waits(string claim, int seconds, string? reason)
    {
        var token = _issuer.Sign(claims => claims[claim] = _issuer.Now + seconds);
        if (reason is not null)
        {
            await RefusedAsync(token, reason);
            return;
        }

        using var answer = await _api.GetAsync("/detectors", token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task JV_08_An_encrypted_token_is_refused_before_anything_is_inflated()
    {
        var header = Base64UrlEncoder.Encode("""{"alg":"PBES2-HS256+A128KW","enc":"A128CBC-HS256","zip":"DEF","p2c":2147483647,"p2s":"AAAA","typ":"at+jwt","kid":"first"}""");
        await RefusedAsync($"{header}.AAAA.AAAA.{new string('A', 8000)}.AAAA", "The access token is malformed");
        await RefusedAsync(new string('A', 20_000), "The access token is malformed");
    }

    [Theory]
    [InlineData("sub")]
    [InlineData("client_id")]
    [InlineData("jti")]
    [InlineData("iat")]
    [InlineData("exp")]
    [InlineData("aud")]
    public async Task A_token_without_a_required_claim_is_refused(string claim) =>
        await RefusedAsync(_issuer.Sign(claims => claims.Remove(claim)), "The access token lacks a claim that RFC 9068 requires");

    [Fact]
    public async Task A_claim_that_stands_twice_is_refused()
    {
        var once = Payload();
        await RefusedAsync(_issuer.SignPayload(string.Create(CultureInfo.InvariantCulture, $"{once[..^1]},\"exp\":{_issuer.Now + 9999}}}")), "The access token is malformed");
    }

    [Theory]
    [InlineData("""{"kid":"first"}""")]
    [InlineData("{}")]
    [InlineData("""{"jkt":"short"}""")]
    [InlineData("\"text\"")]
    public async Task A_binding_that_is_not_understood_is_not_ignored(string confirmation)
    {
        var payload = $"{Payload()[..^1]},\"cnf\":{confirmation}}}";
        using var answer = await _api.GetAsync("/detectors", _issuer.SignPayload(payload));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task No_token_stands_in_the_log()
    {
        var token = _issuer.Sign(claims => claims["exp"] = _issuer.Now - 1000);
        using (await _api.GetAsync("/detectors", token))
        {
        }

        Assert.DoesNotContain(_api.Logs.Lines, line => line.Contains(token.Split('.')[1], StringComparison.Ordinal) || line.Contains(token.Split('.')[2], StringComparison.Ordinal));
    }

    private string Payload() => Base64UrlEncoder.Decode(_issuer.Sign().Split('.')[1]);

    private async Task RefusedAsync(string token, string reason)
    {
        using var answer = await _api.AskAsync(HttpMethod.Get, "/detectors", request => request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}"));
        Challenged.Invalid(answer, reason);
    }

    public sealed class Fixture : IAsyncLifetime
    {
        public PaperIssuer Issuer { get; } = new();

        public TestApi Api { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Api = await TestApi.StartAsync(Issuer);

        public async ValueTask DisposeAsync()
        {
            await Api.DisposeAsync();
            Issuer.Dispose();
        }
    }
}
