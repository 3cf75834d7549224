using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.Tokens;

/// <summary>A token that was verified before is still judged anew each time: only its signature is not.</summary>
public sealed class VerifiedTokensTests(SqliteServer server) : IClassFixture<SqliteServer>
{
    private readonly HttpClient _machine = server.Machine();

    [Fact]
    public async Task A_token_seen_before_ends_when_it_is_revoked()
    {
        var token = await SeenAsync();

        await server.Services.GetRequiredService<TokenRevoker>().RevokeJtiAsync(OAuth.Claims(token).GetProperty("jti").GetString()!, server.Clock.GetUtcNow().AddHours(1), default);

        Assert.False(await _machine.IsActiveAsync(token));
    }

    [Fact]
    public async Task A_token_seen_before_ends_when_its_time_comes()
    {
        var token = await SeenAsync();

        server.Clock.Move(TimeSpan.FromMinutes(11));

        Assert.False(await _machine.IsActiveAsync(token));
    }

    [Fact]
    public async Task A_token_seen_before_ends_with_its_key()
    {
        var token = await SeenAsync();
        var kid = server.Services.GetRequiredService<KeyRing>().Active("ES256").Kid;

        await server.Services.GetRequiredService<KeyRotation>().RevokeAsync(kid, AuditEntry.By("test"), default);

        Assert.False(await _machine.IsActiveAsync(token));
    }

    [Fact]
    public async Task A_token_that_differs_in_one_character_is_not_the_one_seen_before()
    {
        var token = await SeenAsync();
        var signature = token.LastIndexOf('.') + 1;

        var changed = token[..signature] + (token[signature] == 'A' ? 'B' : 'A') + token[(signature + 1)..];

        Assert.False(await _machine.IsActiveAsync(changed));
    }

    [Fact]
    public void What_was_not_seen_for_long_is_forgotten()
    {
        var tokens = new VerifiedTokens();
        for (var i = 0; i < 3 * VerifiedTokens.Half; i++) tokens.Add(VerifiedTokens.FingerprintOf($"token {i}"), Some());

        Assert.Null(tokens.Find(VerifiedTokens.FingerprintOf("token 0")));
        Assert.NotNull(tokens.Find(VerifiedTokens.FingerprintOf($"token {(3 * VerifiedTokens.Half) - 1}")));
    }

    private static VerifiedTokens.Verified Some() => new(
        new AccessToken { Jti = "jti", Subject = "s", ClientId = "c", Scope = "", Audiences = [], IssuedAt = DateTimeOffset.UnixEpoch, Expires = DateTimeOffset.UnixEpoch }, "kid");

    private async Task<string> SeenAsync()
    {
        var token = (await (await _machine.TokenAsync(TestData.Service, ("grant_type", "client_credentials"), ("scope", "pynomaly_api"))).TokensAsync()).AccessToken;
        Assert.True(await _machine.IsActiveAsync(token));
        return token;
    }
}
