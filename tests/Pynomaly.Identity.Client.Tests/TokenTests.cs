using System.Net;
using Pynomaly.Identity.Client.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Client.Tests;

/// <summary>How tokens are fetched, kept and renewed.</summary>
public sealed class TokenTests
{
    private readonly PaperServer _server = new();

    [Fact]
    public async Task Fifty_that_need_a_token_at_once_ask_for_it_once()
    {
        using var service = new Service(_server);
        _server.Gate = new TaskCompletionSource();

        var asking = Enumerable.Range(0, 50).Select(_ => Task.Run(service.GetAsync)).ToArray();
        while (_server.TokenRequests.Count == 0) await Task.Delay(5, TestContext.Current.CancellationToken);
        _server.Gate.SetResult();
        await Task.WhenAll(asking);

        Assert.Single(_server.TokenRequests);
        Assert.Equal(50, _server.ApiRequests.Count);
        Assert.All(_server.ApiRequests, asked => Assert.Equal("Bearer token-1", asked.Authorization));
        Assert.Equal("Basic " + Convert.ToBase64String("nightly:s3cret-of-the-service-0123456789"u8), _server.TokenRequests[0].Authorization);
    }

    [Fact]
    public async Task One_who_gives_up_waiting_does_not_take_the_token_from_the_others()
    {
        using var service = new Service(_server);
        _server.Gate = new TaskCompletionSource();
        using var impatient = new CancellationTokenSource();
        var first = service.Tokens.GetAsync("detectors", impatient.Token).AsTask();
        var second = service.Tokens.GetAsync("detectors", TestContext.Current.CancellationToken).AsTask();

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _server.Gate.SetResult();

        Assert.Equal("token-1", await second);
        Assert.Single(_server.TokenRequests);
    }

    [Fact]
    public async Task A_token_is_used_while_its_successor_is_fetched_and_not_after_its_end()
    {
        using var service = new Service(_server);
        Assert.Equal("token-1", await service.Tokens.GetAsync("detectors", TestContext.Current.CancellationToken));
        service.Clock.Move(TimeSpan.FromSeconds(300));
        Assert.Equal("token-1", await service.Tokens.GetAsync("detectors", TestContext.Current.CancellationToken));
        Assert.Single(_server.TokenRequests);

        service.Clock.Move(TimeSpan.FromSeconds(290)); // 590 of 600: past every moment of renewal, before the end
        Assert.Equal("token-1", await service.Tokens.GetAsync("detectors", TestContext.Current.CancellationToken));
        for (var i = 0; i < 6000 && await service.Tokens.GetAsync("detectors", TestContext.Current.CancellationToken) != "token-2"; i++) await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.Equal("token-2", await service.Tokens.GetAsync("detectors", TestContext.Current.CancellationToken));

        service.Clock.Move(TimeSpan.FromSeconds(596)); // within the margin before the end
        Assert.Equal("token-3", await service.Tokens.GetAsync("detectors", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_renewal_that_fails_takes_nothing_away_while_the_token_lives()
    {
        _server.OnToken = number => number == 1 ? null : PaperServer.Status(500);
        using var service = new Service(_server, options => options.MaximumAttempts = 1);
        await service.Tokens.GetAsync("detectors", TestContext.Current.CancellationToken);

        service.Clock.Move(TimeSpan.FromSeconds(590));
        Assert.Equal("token-1", await service.Tokens.GetAsync("detectors", TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.OK, (await service.GetAsync()).StatusCode);
        service.Clock.Move(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAsync<PynomalyTokenException>(service.GetAsync);
    }

    [Fact]
    public async Task A_token_that_the_API_refuses_is_renewed_once_and_the_request_comes_again_with_its_body()
    {
        _server.OnApi = number => number == 1 ? PaperServer.Status(401, challenge: "Bearer error=\"invalid_token\"") : null;
        using var service = new Service(_server);
        await service.Tokens.GetAsync("detectors", TestContext.Current.CancellationToken);
        service.Clock.Move(TimeSpan.FromMinutes(1));

        using var answer = await service.Client().PostAsync(PaperServer.Api, new StringContent("a body"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["Bearer token-1", "Bearer token-2"], _server.ApiRequests.Select(asked => asked.Authorization));
        Assert.All(_server.ApiRequests, asked => Assert.Equal("a body", asked.Body));
    }

    [Fact]
    public async Task A_refusal_that_a_new_token_would_not_change_is_given_to_the_caller()
    {
        _server.OnApi = _ => PaperServer.Status(401, challenge: "Bearer error=\"invalid_token\"");
        using var service = new Service(_server);
        for (var i = 0; i < 5; i++) Assert.Equal(HttpStatusCode.Unauthorized, (await service.GetAsync()).StatusCode);
        Assert.Equal((5, 1), (_server.ApiRequests.Count, _server.TokenRequests.Count)); // a new token is not thrown away for another

        _server.OnApi = _ => PaperServer.Status(403, challenge: "Bearer error=\"insufficient_scope\"");
        Assert.Equal(HttpStatusCode.Forbidden, (await service.GetAsync()).StatusCode);
        Assert.Equal((6, 1), (_server.ApiRequests.Count, _server.TokenRequests.Count));
    }

    [Fact]
    public async Task All_that_are_asked_for_a_nonce_at_once_come_again_with_it()
    {
        var gate = new TaskCompletionSource();
        _server.TokenType = "DPoP";
        _server.WithoutNonce = async () =>
        {
            if (_server.ApiRequests.Count == 10) gate.TrySetResult();
            await gate.Task.WaitAsync(TimeSpan.FromMinutes(2));
            var refused = PaperServer.Status(401, challenge: "DPoP error=\"use_dpop_nonce\"");
            refused.Headers.Add("DPoP-Nonce", "n-1");
            return refused;
        };
        using var service = new Service(_server, options => options.UseDPoP = true);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(service.GetAsync)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(20, _server.ApiRequests.Count);
    }
}
