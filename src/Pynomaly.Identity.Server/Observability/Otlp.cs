using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Server.Hosting;

namespace Pynomaly.Identity.Server.Observability;

/// <summary>Sends metrics and traces to an OTLP collector (http/protobuf), in batches, from its own threads.</summary>
internal sealed class Otlp(ServerOptions options) : IHostedService, IDisposable
{
    private MeterProvider? _metrics;
    private TracerProvider? _traces;

    /// <summary>Checks Identity:Otlp:Endpoint; null when none is set.</summary>
    /// <exception cref="ConfigurationException">It is not an address.</exception>
    public static Uri? EndpointOf(ServerOptions options) =>
        options.OtlpEndpoint is not { } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var endpoint) && endpoint.Scheme is "http" or "https" && endpoint.Query.Length == 0 ? endpoint
        : throw new ConfigurationException($"Identity:Otlp:Endpoint is \"{text}\", which is not an absolute http address. Write the collector's, for example http://127.0.0.1:4318.");

    /// <summary>Gives the request's span the names that a reader looks for. The path is left out: it may hold a secret, the route never does.</summary>
    public static RequestDelegate Name(RequestDelegate next) => async context =>
    {
        try
        {
            await next(context);
        }
        finally
        {
            if (Activity.Current is { } span)
            {
                var route = context.Items[typeof(ProgramPath)] as string ?? (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
                span.DisplayName = route.Length == 0 ? context.Request.Method : $"{context.Request.Method} {route}";
                span.SetTag("http.request.method", context.Request.Method);
                span.SetTag("http.route", route);
                span.SetTag("http.response.status_code", context.Response.StatusCode);
                if (context.Response.StatusCode >= 500) span.SetStatus(ActivityStatusCode.Error);
            }
        }
    };

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var endpoint = EndpointOf(options)!;
        var resource = ResourceBuilder.CreateDefault().AddService("pynomaly-identity", serviceVersion: typeof(Otlp).Assembly.GetName().Version?.ToString(3));
        _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Metrics.Meters).AddOtlpExporter(exporter => Aim(exporter, endpoint, "v1/metrics")).Build();
        _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource("Microsoft.AspNetCore", Telemetry.Name).AddOtlpExporter(exporter => Aim(exporter, endpoint, "v1/traces")).Build();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _metrics?.Dispose();
        _traces?.Dispose();
    }

    private static void Aim(OtlpExporterOptions exporter, Uri endpoint, string path)
    {
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = new Uri($"{endpoint.ToString().TrimEnd('/')}/{path}");
        exporter.TimeoutMilliseconds = 5000;
    }
}
