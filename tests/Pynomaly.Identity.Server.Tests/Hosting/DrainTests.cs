using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Server.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Hosting;

/// <summary>SIGTERM under load (F-27): readiness drops first, what comes meanwhile is served, what is under way is done.</summary>
public sealed class DrainTests
{
    private const string Secret = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

    [Fact]
    public async Task F_27_a_balancer_that_follows_readiness_sees_no_failed_request()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no SIGTERM on Windows");
        var stop = TestContext.Current.CancellationToken;
        var configuration = JsonNode.Parse($$"""{ "applications": [ { "client_id": "svc", "client_secret": "{{Secret}}", "grant_types": ["client_credentials"], "response_types": [], "scope": "pynomaly_api", "permissions": ["read:*"] } ] }""")!;
        await using var server = await IdentityServer.StartAsync(configuration, new Dictionary<string, string>
        {
            ["Identity__ShutdownDelay"] = "00:00:10", ["Identity__Limits__TokenPerAddress"] = "0",
        });
        using var http = new HttpClient { BaseAddress = new Uri(server.Issuer) };
        ConcurrentBag<HttpStatusCode> answers = [];
        using var turnedAway = new CancellationTokenSource();

        var load = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!turnedAway.IsCancellationRequested) answers.Add(await TokenAsync(http, stop));
        }, stop)).ToArray();
        while (answers.Count < 100) await Task.Delay(20, stop);
        server.Terminate();
        while ((await http.GetAsync("/health/ready", stop)).StatusCode == HttpStatusCode.OK) await Task.Delay(20, stop);
        var served = answers.Count;
        while (answers.Count < served + 16) await Task.Delay(20, stop); // it says that it is not ready, and goes on
        await turnedAway.CancelAsync();
        await Task.WhenAll(load);
        var exit = await server.EndAsync();

        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(0, exit);
    }

    private static async Task<HttpStatusCode> TokenAsync(HttpClient http, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token") { Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]) };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"svc:{Secret}")));
        using var answer = await http.SendAsync(request, stop);
        return answer.StatusCode;
    }
}
