using System.Diagnostics;
using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Sealing;
using Pynomaly.Identity.Server.Hosting;

namespace Pynomaly.Identity.Server.Observability;

/// <summary>Sends metrics, traces and the entries of the audit trail to an OTLP collector (http/protobuf), in batches, from its own threads.</summary>
/// <remarks>An entry is sent by the node that sealed it, once: what the collector misses stands in the trail. A webhook is told again.</remarks>
internal sealed class Otlp(ServerOptions options, Sealer sealer) : IHostedLifecycleService, IDisposable
{
    private MeterProvider? _metrics;
    private TracerProvider? _traces;
    private ILoggerFactory? _logs;
    private ILogger? _trail;

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

    /// <summary>Before anything else is started: an entry is told once, when it is sealed, and the sealer does not wait.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var endpoint = EndpointOf(options)!;
        var resource = ResourceBuilder.CreateDefault().AddService("pynomaly-identity", serviceVersion: typeof(Otlp).Assembly.GetName().Version?.ToString(3));
        _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Metrics.Meters).AddOtlpExporter(exporter => Aim(exporter, endpoint, "v1/metrics")).Build();
        _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource("Microsoft.AspNetCore", Telemetry.Name).AddOtlpExporter(exporter => Aim(exporter, endpoint, "v1/traces")).Build();
        _logs = LoggerFactory.Create(logging => logging.AddOpenTelemetry(log =>
        {
            log.SetResourceBuilder(resource);
            log.IncludeFormattedMessage = true;
            log.AddOtlpExporter(exporter => Aim(exporter, endpoint, "v1/logs"));
        }));
        _trail = _logs.CreateLogger("Pynomaly.Identity.Audit");
        sealer.Sealed += Tell;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask; // the sealer ends later, and what it seals then is sent too

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _metrics?.Dispose();
        _traces?.Dispose();
        sealer.Sealed -= Tell;
        _logs?.Dispose();
    }

    private void Tell(IReadOnlyList<AuditEvent> entries)
    {
        foreach (var entry in entries)
        {
            List<KeyValuePair<string, object?>> attributes = [new("audit.sequence", entry.Sequence), new("audit.at", entry.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)), new("audit.outcome", AuditOutcome.Of(entry.Name))];
            foreach (var (name, value) in ((string, string?)[])[("audit.actor", entry.Actor), ("user.id", entry.UserId), ("audit.client", entry.ClientId), ("session.id", entry.SessionId),
                ("client.address", entry.Address), ("audit.correlation_id", entry.CorrelationId), ("audit.detail", entry.Detail)])
                if (value is not null) attributes.Add(new(name, value));
            _trail!.Log(LogLevel.Information, new EventId(entry.EventId, entry.Name), attributes, null, (_, _) => entry.Name);
        }
    }

    private static void Aim(OtlpExporterOptions exporter, Uri endpoint, string path)
    {
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = new Uri($"{endpoint.ToString().TrimEnd('/')}/{path}");
        exporter.TimeoutMilliseconds = 5000;
    }
}
