using System.Net;
using Pynomaly.Identity.Client.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Client.Tests;

/// <summary>What is tried again, how often, and what is given to the caller.</summary>
public sealed class PatienceTests
{
    private readonly PaperServer _server = new();

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_failure_that_passes_is_waited_for_at_the_token_endpoint_and_at_the_API(int status)
    {
        _server.OnToken = number => number < 3 ? PaperServer.Status(status) : null;
        _server.OnApi = number => number < 3 ? PaperServer.Status(status, retryAfter: 0) : null;
        using var service = new Service(_server);

        Assert.Equal(HttpStatusCode.OK, (await service.GetAsync()).StatusCode);
        Assert.Equal((3, 3), (_server.TokenRequests.Count, _server.ApiRequests.Count));
    }

    [Fact]
    public async Task After_so_many_attempts_the_failure_is_the_callers()
    {
        _server.OnApi = _ => PaperServer.Status(503);
        using var service = new Service(_server, options => options.MaximumAttempts = 3);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await service.GetAsync()).StatusCode);
        Assert.Equal(3, _server.ApiRequests.Count);
    }

    [Fact]
    public async Task A_wait_longer_than_the_longest_is_the_callers_to_keep()
    {
        _server.OnApi = _ => PaperServer.Status(429, retryAfter: 3600);
        using var service = new Service(_server);

        var answer = await service.GetAsync();

        Assert.Equal(TimeSpan.FromHours(1), answer.Headers.RetryAfter?.Delta);
        Assert.Single(_server.ApiRequests);
    }

    [Fact]
    public async Task A_token_endpoint_that_asks_for_a_minute_gets_it()
    {
        _server.OnToken = number => number == 1 ? PaperServer.Status(429, retryAfter: 60) : null;
        using var service = new Service(_server);
        Assert.Equal(TimeSpan.FromMinutes(1), (await Assert.ThrowsAsync<PynomalyTokenException>(service.GetAsync)).RetryAfter);

        service.Clock.Move(TimeSpan.FromSeconds(59));
        await Assert.ThrowsAsync<PynomalyTokenException>(service.GetAsync);
        Assert.Single(_server.TokenRequests);
        service.Clock.Move(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.OK, (await service.GetAsync()).StatusCode);
    }

    [Fact]
    public async Task What_must_not_be_done_twice_is_not_sent_twice()
    {
        _server.OnApi = _ => PaperServer.Status(503);
        using var service = new Service(_server);

        using var answer = await service.Client().PostAsync(PaperServer.Api, new StringContent("order"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Single(_server.ApiRequests);
    }

    [Fact]
    public async Task An_identity_server_that_stays_away_is_told_as_unavailable_and_one_that_refuses_is_asked_once()
    {
        _server.OnToken = _ => PaperServer.Status(503);
        using var service = new Service(_server, options => options.MaximumAttempts = 3);
        var away = await Assert.ThrowsAsync<PynomalyTokenException>(service.GetAsync);
        Assert.Equal((TokenFailure.Unavailable, true, 3), (away.Failure, away.IsTransient, _server.TokenRequests.Count));

        var again = await Assert.ThrowsAsync<PynomalyTokenException>(service.GetAsync);
        Assert.Equal((TokenFailure.Unavailable, 3), (again.Failure, _server.TokenRequests.Count)); // not asked again for every request
        service.Clock.Move(TimeSpan.FromSeconds(2));
        _server.OnToken = _ => PaperServer.Json("""{"error":"invalid_client","error_description":"No \"quotes\" and\nno lines"}""", HttpStatusCode.Unauthorized);
        var refused = await Assert.ThrowsAsync<PynomalyTokenException>(service.GetAsync);
        Assert.Equal((TokenFailure.Refused, "invalid_client", false, 4), (refused.Failure, refused.Error, refused.IsTransient, _server.TokenRequests.Count));
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"access_token":"t","token_type":"DPoP","expires_in":60}""")]
    [InlineData("""{"access_token":"t","token_type":"mac","expires_in":60}""")]
    [InlineData("""{"access_token":null,"token_type":"Bearer","expires_in":60}""")]
    [InlineData("""{"access_token":"","token_type":"Bearer","expires_in":60}""")]
    [InlineData("""{"access_token":7,"token_type":"Bearer","expires_in":60}""")]
    public async Task An_answer_that_is_none_is_told_as_malformed(string json)
    {
        _server.OnToken = _ => PaperServer.Json(json);
        using var service = new Service(_server);

        Assert.Equal(TokenFailure.Malformed, (await Assert.ThrowsAsync<PynomalyTokenException>(service.GetAsync)).Failure);
    }

    [Fact]
    public async Task Another_issuer_than_the_configured_one_gets_no_credentials()
    {
        _server.NamedIssuer = "https://evil.paper";
        using var service = new Service(_server);

        Assert.Equal(TokenFailure.Malformed, (await Assert.ThrowsAsync<PynomalyTokenException>(service.GetAsync)).Failure);
        Assert.Empty(_server.TokenRequests);
    }
}
