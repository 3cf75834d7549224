using System.Net;
using Pynomaly.Identity.ResourceServer.Tests.Harness;
using Pynomaly.Identity.ResourceServer.Tokens;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Tokens;

/// <summary>Keys come and go without a request that is refused for it. RFC 7517, OpenID Connect Core §10.1.1.</summary>
public sealed class KeyRotationTests
{
    [Fact]
    public async Task The_first_token_of_a_new_key_is_accepted()
    {
        using var issuer = new PaperIssuer();
        await using var api = await TestApi.StartAsync(issuer);
        using (var before = await api.GetAsync("/detectors", issuer.Sign())) Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        var second = PaperIssuer.NewKey("second");
        issuer.Published["second"] = second;

        using var answer = await api.GetAsync("/detectors", issuer.Sign(key: second));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Fifty_requests_with_a_new_key_read_the_keys_once()
    {
        using var issuer = new PaperIssuer();
        await using var api = await TestApi.StartAsync(issuer);
        using (var before = await api.GetAsync("/detectors", issuer.Sign())) Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        var read = issuer.Asked("/jwks");
        var second = PaperIssuer.NewKey("second");
        issuer.Published["second"] = second;

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => api.GetAsync("/detectors", issuer.Sign(key: second))));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(read + 1, issuer.Asked("/jwks"));
    }

    [Fact]
    public async Task Made_up_kids_cost_the_server_next_to_nothing()
    {
        using var issuer = new PaperIssuer();
        await using var api = await TestApi.StartAsync(issuer);
        using (var before = await api.GetAsync("/detectors", issuer.Sign())) Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        var tokens = Enumerable.Range(0, 200).Select(number => issuer.Sign(key: PaperIssuer.NewKey($"made-up-{number}"))).ToArray();
        var read = issuer.Asked("/jwks");
        var since = TimeProvider.System.GetTimestamp();

        var answers = await Task.WhenAll(tokens.Select(token => api.GetAsync("/detectors", token)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
        Assert.InRange(issuer.Asked("/jwks"), read + 1, read + 2 + (int)(TimeProvider.System.GetElapsedTime(since) / IssuerKeys.Pause)); // however long a starved machine takes for them
    }

    [Fact]
    public async Task JV_14_Tokens_of_a_key_that_left_the_published_set_are_refused()
    {
        using var issuer = new PaperIssuer();
        await using var api = await TestApi.StartAsync(issuer);
        var token = issuer.Sign(claims => claims["exp"] = issuer.Now + 3600);
        for (var use = 0; use < 5; use++) // it is remembered
        {
            using var before = await api.GetAsync("/detectors", token);
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        }

        var second = PaperIssuer.NewKey("second");
        issuer.Published["second"] = second;
        issuer.Published.TryRemove("first", out _);
        issuer.ListKey = second;
        issuer.Clock.Move(TimeSpan.FromMinutes(6)); // the key set is read again behind the requests

        await api.EventuallyAsync("/detectors", token, HttpStatusCode.Unauthorized);
        await api.EventuallyAsync("/detectors", issuer.Sign(key: second), HttpStatusCode.OK);
    }

    [Fact]
    public async Task While_the_server_is_down_known_keys_go_on()
    {
        using var issuer = new PaperIssuer();
        await using var api = await TestApi.StartAsync(issuer, options => options.FollowRevocations = false);
        using (var before = await api.GetAsync("/detectors", issuer.Sign())) Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        issuer.IsDown = true;
        issuer.Clock.Move(TimeSpan.FromHours(1));

        using var answer = await api.GetAsync("/detectors", issuer.Sign());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task An_unknown_key_while_the_server_is_down_is_not_called_invalid()
    {
        using var issuer = new PaperIssuer();
        await using var api = await TestApi.StartAsync(issuer, options => options.FollowRevocations = false);
        using (var before = await api.GetAsync("/detectors", issuer.Sign())) Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        issuer.IsDown = true;

        using var answer = await api.GetAsync("/detectors", issuer.Sign(key: PaperIssuer.NewKey("second")));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
    }
}
