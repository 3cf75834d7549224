using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Access tokens at this server's own doors: the group JV of the attack catalogue, and RF-08.</summary>
public abstract class TokenAttacks
{
    private readonly TestServer _server;
    private readonly HttpClient _machine;

    protected TokenAttacks(TestServer server)
    {
        Assert.SkipWhen(server.WhyUnavailable is not null, server.WhyUnavailable ?? "");
        _server = server;
        _machine = server.Machine();
    }

    [Fact]
    public async Task JV_01_an_id_token_is_no_access_token()
    {
        var tokens = await TokensAsync();

        await AssertDeadAsync(tokens.IdToken!);
    }

    [Fact]
    public async Task RF_08_a_refresh_token_is_no_access_token()
    {
        var tokens = await TokensAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, (await UserInfoAsync(tokens.RefreshToken!)).StatusCode);
    }

    [Fact]
    public async Task JV_03_a_token_for_another_audience_does_not_open_UserInfo()
    {
        var tokens = await (await _machine.RedeemAsync(await _server.GrantAsync(more: ("resource", TestData.Audience)))).TokensAsync();
        var narrowed = await (await _machine.RefreshAsync(TestData.Web, tokens.RefreshToken!, ("resource", TestData.Audience))).TokensAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, (await UserInfoAsync(narrowed.AccessToken)).StatusCode);
    }

    [Fact]
    public async Task JV_04_without_the_scope_openid_UserInfo_asks_for_it()
    {
        var tokens = await (await _machine.RedeemAsync(await _server.GrantAsync(scope: "pynomaly_api"))).TokensAsync();

        var answer = await UserInfoAsync(tokens.AccessToken);

        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized });
        Assert.StartsWith("Bearer error=", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task JV_05_no_other_signature_passes()
    {
        var good = (await TokensAsync()).AccessToken;
        var parts = good.Split('.');
        var header = JsonElement.Parse(Base64Url.DecodeFromChars(parts[0]));
        var kid = header.GetProperty("kid").GetString()!;
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var jwks = await (await _machine.GetAsync("/.well-known/jwks")).Content.ReadAsStringAsync();
        string Head(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
        string Hmac(string head, byte[] key) => $"{head}.{parts[1]}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes($"{head}.{parts[1]}")))}";
        string Foreign(string head, string payload) => $"{head}.{payload}.{Base64Url.EncodeToString(stranger.SignData(Encoding.ASCII.GetBytes($"{head}.{payload}"), HashAlgorithmName.SHA256))}";
        var edited = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1])).Replace(TestData.Ada, TestData.Bob, StringComparison.Ordinal)));

        string[] forged =
        [
            $"{Head("""{"alg":"none","typ":"at+jwt"}""")}.{parts[1]}.",
            $"{Head($$"""{"alg":"none","typ":"at+jwt","kid":"{{kid}}"}""")}.{parts[1]}.{parts[2]}",
            Hmac(Head($$"""{"alg":"HS256","typ":"at+jwt","kid":"{{kid}}"}"""), Encoding.UTF8.GetBytes(jwks)),
            Hmac(parts[0], Encoding.UTF8.GetBytes(kid)),
            $"{parts[0]}.{parts[1]}.",
            $"{parts[0]}.{parts[1]}",
            $"{parts[0]}.{edited}.{parts[2]}",
            Foreign(parts[0], edited),
            Foreign(Head("""{"alg":"ES256","typ":"at+jwt","kid":"unknown"}"""), edited),
            Foreign(Head($$"""{"alg":"ES256","typ":"at+jwt","kid":"{{kid}}","jwk":{{Jwk(stranger)}}}"""), edited),
            $"{Head($$"""{"alg":"RS256","typ":"at+jwt","kid":"{{kid}}"}""")}.{parts[1]}.{parts[2]}",
            $"{Head($$"""{"alg":"ES256","typ":"JWT","kid":"{{kid}}"}""")}.{parts[1]}.{parts[2]}",
            $"{parts[0]}.{parts[1]}.{Base64Url.EncodeToString(new byte[64])}",
        ];

        foreach (var token in forged) await AssertDeadAsync(token);
        Assert.True(await _machine.IsActiveAsync(good));
    }

    [Fact]
    public async Task JV_06_one_token_has_one_spelling()
    {
        var good = (await TokensAsync()).AccessToken;
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var twin = good[..^1] + alphabet[alphabet.IndexOf(good[^1], StringComparison.Ordinal) ^ 1]; // 64 bytes leave four bits over: their value must not matter, so it must be refused

        string[] spellings = [twin, good + "=", good + ".", good.Replace(".", "..", StringComparison.Ordinal), good.Replace('-', '+').Replace('_', '/') + "==", good + "A"];

        foreach (var spelling in spellings.Where(spelling => spelling != good)) await AssertDeadAsync(spelling);
    }

    [Fact]
    public async Task JV_07_a_token_dies_when_it_expires()
    {
        var tokens = await TokensAsync();
        Assert.True(await _machine.IsActiveAsync(tokens.AccessToken));
        _server.Clock.Move(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(11));

        await AssertDeadAsync(tokens.AccessToken);
    }

    [Fact]
    public async Task JV_08_a_token_of_any_length_is_refused_without_work()
    {
        await AssertDeadAsync(new string('A', 50_000));
        await AssertDeadAsync(string.Join('.', Enumerable.Repeat("AAAA", 2_000)));
    }

    [Fact]
    public async Task JV_13_a_forged_hint_is_no_identity()
    {
        var grant = await _server.GrantAsync();
        var tokens = await (await _machine.RedeemAsync(grant)).TokensAsync();
        var signature = tokens.IdToken!.LastIndexOf('.') + 1;
        var forged = $"{tokens.IdToken[..signature]}{(tokens.IdToken[signature] == 'A' ? 'B' : 'A')}{tokens.IdToken[(signature + 1)..]}";

        var answer = await grant.Browser.GetAsync(OAuth.AuthorizeUrl(("client_id", TestData.Web), ("redirect_uri", "https://c.test/cb"), ("response_type", "code"), ("scope", "openid"),
            ("prompt", "none"), ("id_token_hint", forged), ("code_challenge", OAuth.Pkce().Challenge), ("code_challenge_method", "S256")));

        Assert.DoesNotContain("code=", answer.Headers.Location?.Query ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task JV_14_the_key_set_shows_public_members_only()
    {
        var keys = (await (await _machine.GetAsync("/.well-known/jwks")).JsonAsync()).GetProperty("keys").EnumerateArray().ToArray();

        Assert.Equal(keys.Length, keys.Select(key => key.GetProperty("kid").GetString()).Distinct().Count());
        foreach (var key in keys)
        {
            Assert.Equal("sig", key.GetProperty("use").GetString());
            Assert.True(key.TryGetProperty("alg", out _));
            Assert.DoesNotContain(key.EnumerateObject(), member => member.Name is "d" or "p" or "q" or "dp" or "dq" or "qi" or "k");
        }
    }

    [Fact]
    public async Task F_19_a_revoked_key_ends_its_tokens_at_once_and_leaves_the_key_set()
    {
        var tokens = await TokensAsync();
        var kid = JsonElement.Parse(Base64Url.DecodeFromChars(tokens.AccessToken.Split('.')[0])).GetProperty("kid").GetString()!;

        Assert.True(await _server.Services.GetRequiredService<KeyRotation>().RevokeAsync(kid, AuditEntry.By("test"), CancellationToken.None));

        await AssertDeadAsync(tokens.AccessToken);
        Assert.DoesNotContain(kid, await (await _machine.GetAsync("/.well-known/jwks")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var next = await TokensAsync();
        Assert.True(await _machine.IsActiveAsync(next.AccessToken));
    }

    private async Task<TokenSet> TokensAsync() => await (await _machine.RedeemAsync(await _server.GrantAsync())).TokensAsync();

    private Task<HttpResponseMessage> UserInfoAsync(string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return _machine.SendAsync(request);
    }

    // Dead at introspection, and at UserInfo with the challenge of RFC 6750 §3.1.
    private async Task AssertDeadAsync(string token)
    {
        Assert.False(await _machine.IsActiveAsync(token), token);
        if (token.Length > 8_000) return; // a header of that size never reaches the door
        var answer = await UserInfoAsync(token);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("error=\"invalid_token\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    private static string Jwk(ECDsa key)
    {
        var point = key.ExportParameters(false).Q;
        return $$"""{"kty":"EC","crv":"P-256","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""";
    }
}

public sealed class TokenAttacksOnSqlite(SqliteServer server) : TokenAttacks(server), IClassFixture<SqliteServer>;

public sealed class TokenAttacksOnPostgreSql(PostgreSqlServer server) : TokenAttacks(server), IClassFixture<PostgreSqlServer>;
