using System.Net;
using Microsoft.IdentityModel.Tokens;
using Pynomaly.Identity.ResourceServer.Tests.Harness;
using Pynomaly.Identity.ResourceServer.Tokens;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Tokens;

/// <summary>A token that was verified before is judged anew each time: only its signature and claims are not read again.</summary>
public sealed class RememberedTokenTests : IAsyncLifetime
{
    private readonly PaperIssuer _issuer = new();
    private TestApi _api = null!;

    public async ValueTask InitializeAsync() => _api = await TestApi.StartAsync(_issuer, options => options.MaximumListAge = TimeSpan.FromHours(1));

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _issuer.Dispose();
    }

    [Fact]
    public async Task A_token_seen_before_ends_when_its_time_comes()
    {
        var token = await SeenAsync();

        _issuer.Clock.Move(TimeSpan.FromSeconds(610));

        using var answer = await _api.GetAsync("/detectors", token);
        Challenged.Invalid(answer, "The access token expired");
    }

    [Fact]
    public async Task A_token_seen_before_ends_when_it_is_revoked()
    {
        var jti = Base64UrlEncoder.Encode(Guid.NewGuid().ToByteArray());
        var token = await SeenAsync(jti);

        _issuer.Revoke(jti);

        await _api.EventuallyAsync("/detectors", token, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Another_spelling_of_a_token_seen_before_is_another_token()
    {
        var token = await SeenAsync();

        using var answer = await _api.GetAsync("/detectors", token[..^1] + (token[^1] == 'A' ? 'Q' : 'A'));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public void What_comes_once_is_not_remembered_and_what_comes_twice_is()
    {
        var memory = new Fingerprints<string>(100);
        var (once, twice) = (Fingerprints<string>.Of("once"), Fingerprints<string>.Of("twice"));

        memory.SetAtSecondSight(once, "once");
        memory.SetAtSecondSight(twice, "twice");
        memory.SetAtSecondSight(twice, "twice");

        Assert.Null(memory.Find(once));
        Assert.Equal("twice", memory.Find(twice));
    }

    [Fact]
    public void What_is_in_use_stays_and_the_rest_is_bounded()
    {
        var memory = new Fingerprints<string>(100);
        var used = Fingerprints<string>.Of("used");
        memory.Set(used, "used");

        var others = Enumerable.Range(0, 10_000).Select(number => Fingerprints<string>.Of($"{number}")).ToArray();
        foreach (var other in others)
        {
            memory.Set(other, "other");
            Assert.Equal("used", memory.Find(used));
        }

        Assert.InRange(others.Count(other => memory.Find(other) is not null), 1, 200);
    }

    private async Task<string> SeenAsync(string? jti = null)
    {
        var token = _issuer.Sign(claims => claims["jti"] = jti ?? claims["jti"]);
        for (var use = 0; use < 5; use++)
        {
            using var answer = await _api.GetAsync("/detectors", token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        return token;
    }
}
