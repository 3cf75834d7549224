using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Server.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Observability;

/// <summary>Metrics, traces and the audit trail, as a collector gets them by OTLP over HTTP.</summary>
public sealed class OtlpTests
{
    [Fact]
    public async Task A_collector_gets_metrics_traces_and_the_audit_trail_and_no_secret()
    {
        var stop = TestContext.Current.CancellationToken;
        ConcurrentQueue<(string Path, string Body)> received = [];
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var collector = builder.Build();
        collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, stop);
            received.Enqueue((context.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
            context.Response.ContentType = "application/x-protobuf";
        });
        await collector.StartAsync(stop);

        await using (var server = await IdentityServer.StartAsync(new JsonObject(), new Dictionary<string, string>
        {
            ["Identity__Otlp__Endpoint"] = collector.Urls.Single(), ["OTEL_METRIC_EXPORT_INTERVAL"] = "500", ["OTEL_BSP_SCHEDULE_DELAY"] = "500", ["OTEL_BLRP_SCHEDULE_DELAY"] = "500",
            ["Identity__Audit__SealInterval"] = "00:00:00.01", // what is sealed while the server starts is told too
        }))
        {
            using var http = new HttpClient { BaseAddress = new Uri(server.Issuer) };
            for (var look = 0; look < 480 && !(Has("/v1/metrics", "http.server.request.duration") && Has("/v1/traces", "GET /connect/authorize") && Has("/v1/logs", "MasterKeyCreated") && Has("/v1/logs", "audit.sequence")); look++)
            {
                using var answer = await http.GetAsync("/connect/authorize?client_id=nobody&state=marked-secret-4711", stop);
                await Task.Delay(250, stop);
            }
        }

        Assert.True(Has("/v1/metrics", "http.server.request.duration"), "no metric arrived");
        Assert.True(Has("/v1/traces", "GET /connect/authorize"), "no span arrived");
        Assert.True(Has("/v1/logs", "MasterKeyCreated") && Has("/v1/logs", "audit.sequence"), "no entry of the audit trail arrived");
        Assert.DoesNotContain(received, message => message.Body.Contains("marked-secret-4711", StringComparison.Ordinal));

        bool Has(string path, string text) => received.Any(message => message.Path == path && message.Body.Contains(text, StringComparison.Ordinal));
    }
}
