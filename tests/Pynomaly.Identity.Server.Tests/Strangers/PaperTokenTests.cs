using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Pynomaly.Identity.Server.Tests.Harness;
using Pynomaly.Identity.Server.Tests.Samples;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary>What the strangers' APIs do with what our server never sends: tokens that are wrong in one place, and a list that cannot be read.</summary>
public sealed class PaperTokenTests : IAsyncDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://127.0.0.1:{Ports.Free()}") };
    private PaperIssuer? _issuer;
    private ChildProcess? _api;

    public async ValueTask DisposeAsync()
    {
        if (_api is not null) await _api.DisposeAsync();
        if (_issuer is not null) await _issuer.DisposeAsync();
        _http.Dispose();
    }

    [Theory]
    [InlineData("flask")]
    [InlineData("node")]
    [InlineData("jwtbearer")]
    public async Task A_token_that_is_wrong_in_one_place_is_refused(string stack)
    {
        var issuer = await StartAsync(stack, publishesRevocations: true);
        await BecomesAsync(issuer.Sign(), HttpStatusCode.OK);
        using var unknown = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);

        Assert.Equal(HttpStatusCode.Unauthorized, await JudgeAsync(issuer.Sign(type: "JWT"))); // RFC 9068 §4
        Assert.Equal(HttpStatusCode.Unauthorized, await JudgeAsync(issuer.Sign(claims => claims["iss"] = "https://other.example")));
        Assert.Equal(HttpStatusCode.Unauthorized, await JudgeAsync(issuer.Sign(claims => claims["aud"] = "https://other.example")));
        Assert.Equal(HttpStatusCode.Unauthorized, await JudgeAsync(issuer.Sign(claims => claims["exp"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 11)));
        Assert.Equal(HttpStatusCode.Unauthorized, await JudgeAsync(issuer.Sign(claims => claims.Remove("exp"))));
        Assert.Equal(HttpStatusCode.Unauthorized, await JudgeAsync(issuer.Sign(key: new ECDsaSecurityKey(unknown) { KeyId = "published" })));
        Assert.Equal(HttpStatusCode.Unauthorized, await JudgeAsync(issuer.Sign(key: new ECDsaSecurityKey(unknown) { KeyId = "made-up" })));
        Assert.Equal(HttpStatusCode.Unauthorized, await JudgeAsync(issuer.Sign(key: new RsaSecurityKey(rsa) { KeyId = "published" }, algorithm: "RS256"))); // RFC 8725 §3.1
        Assert.Equal(HttpStatusCode.Forbidden, await JudgeAsync(issuer.Sign(claims => claims.Remove("permissions"))));
        Assert.Equal(HttpStatusCode.OK, await JudgeAsync(issuer.Sign()));
    }

    [Theory]
    [InlineData("flask")]
    [InlineData("node")]
    public async Task Nobody_is_let_in_before_the_list_was_read_and_a_withdrawn_key_ends_its_tokens(string stack)
    {
        var issuer = await StartAsync(stack, publishesRevocations: false);
        await BecomesAsync(issuer.Sign(), HttpStatusCode.ServiceUnavailable);

        issuer.PublishesRevocations = true;
        await BecomesAsync(issuer.Sign(), HttpStatusCode.OK);

        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        issuer.CutOffs.Add(new { kid = "published", issued_before = now + 1, exp = now + 300 });
        await BecomesAsync(issuer.Sign(claims => claims["iat"] = now), HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.OK, await JudgeAsync(issuer.Sign(claims => claims["iat"] = now + 1)));
    }

    [Theory]
    [InlineData("flask")]
    [InlineData("node")]
    public async Task Keys_that_cannot_be_read_say_nothing_of_a_token(string stack)
    {
        var issuer = await StartAsync(stack, publishesRevocations: true, publishesKeys: false);
        await BecomesAsync("nothing", HttpStatusCode.Unauthorized); // it listens, and has read the list
        var during = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CallAsync(issuer.Sign())));

        issuer.PublishesKeys = true;
        await BecomesAsync(issuer.Sign(), HttpStatusCode.OK);

        Assert.All(during, status => Assert.Equal(HttpStatusCode.ServiceUnavailable, status));
    }

    [Theory]
    [InlineData("flask")]
    [InlineData("node")]
    public async Task Whoever_is_asked_to_come_again_later_keeps_his_place_in_the_list(string stack)
    {
        var issuer = await StartAsync(stack, publishesRevocations: true);
        await BecomesAsync(issuer.Sign(), HttpStatusCode.OK);
        int whole = issuer.WholeReadings;

        issuer.IsBusy = true;
        await Until.TrueAsync(() => Task.FromResult(issuer.SentAway >= 2), "it comes again");
        issuer.IsBusy = false;
        issuer.CutOffs.Add(new { client_id = "nightly", issued_before = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 60, exp = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 300 });
        await BecomesAsync(issuer.Sign(), HttpStatusCode.Unauthorized);

        Assert.Equal(whole, issuer.WholeReadings);
    }

    private async Task<PaperIssuer> StartAsync(string stack, bool publishesRevocations, bool publishesKeys = true)
    {
        string? missing = stack switch { "flask" => await FlaskApi.MissingAsync(), "node" => await NodeApi.MissingAsync(), _ => null };
        Assert.SkipWhen(missing is not null && !Command.InContinuousIntegration, missing ?? "");
        if (missing is not null) Assert.Fail(missing);

        _issuer = await PaperIssuer.StartAsync(publishesRevocations);
        _issuer.PublishesKeys = publishesKeys;
        var settings = new Dictionary<string, string> { ["ISSUER"] = _issuer.Issuer, ["AUDIENCE"] = PaperIssuer.Audience };
        var (address, ready) = (_http.BaseAddress!, new Uri($"{_issuer.Issuer}/.well-known/openid-configuration")); // it may be that the API itself is never well
        _api = await (stack switch
        {
            "flask" => FlaskApi.StartAsync(address, ready, settings),
            "node" => NodeApi.StartAsync(address, ready, settings),
            _ => JwtBearerApi.StartAsync(address, ready, settings),
        });
        return _issuer;
    }

    private Task BecomesAsync(string token, HttpStatusCode expected) => Until.TrueAsync(async () =>
    {
        try
        {
            return await CallAsync(token) == expected;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet
        }
    }, $"{expected}{Environment.NewLine}{_api!.Output}");

    // The same where the API judges: on a starved machine it may not know for a moment, and says 503.
    private async Task<HttpStatusCode> JudgeAsync(string token)
    {
        var status = HttpStatusCode.ServiceUnavailable;
        await Until.TrueAsync(async () => (status = await CallAsync(token)) != HttpStatusCode.ServiceUnavailable, $"the API judges the token{Environment.NewLine}{_api!.Output}");
        return status;
    }

    private async Task<HttpStatusCode> CallAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/detectors");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _http.SendAsync(request);
        return answer.StatusCode;
    }
}
