using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Observability;

/// <summary>GET /metrics on a port of its own, so that no route of the public one leads to it.</summary>
internal sealed class MetricsEndpoint(ServerOptions options, IServiceProvider services, ILoggerFactory loggers) : IHostedService, IHttpApplication<HttpContext>, IDisposable
{
    private readonly Metrics _metrics = new();
    private KestrelServer? _server;

    /// <summary>The addresses it listens on, once started.</summary>
    public IReadOnlyCollection<string> Addresses => [.. _server?.Features.Get<Microsoft.AspNetCore.Hosting.Server.Features.IServerAddressesFeature>()?.Addresses ?? []];

    /// <summary>Checks Identity:Metrics:Address.</summary>
    /// <exception cref="ConfigurationException">It is not an address.</exception>
    public static IPAddress AddressOf(ServerOptions options) => IPAddress.TryParse(options.MetricsAddress, out var address)
        ? address
        : throw new ConfigurationException($"Identity:Metrics:Address is \"{options.MetricsAddress}\", which is not an IP address. Write for example 127.0.0.1, or 0.0.0.0 for every one.");

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var kestrel = new KestrelServerOptions { ApplicationServices = services, AddServerHeader = false };
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Limits.MaxConcurrentConnections = 16;
        kestrel.Listen(AddressOf(options), options.MetricsPort, listen => listen.Protocols = HttpProtocols.Http1);
        _server = new KestrelServer(Options.Create(kestrel), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers), loggers);
        try
        {
            await _server.StartAsync(this, cancellationToken);
        }
        catch (IOException e)
        {
            throw new ConfigurationException($"The metrics port: {e.Message} Set Identity:Metrics:Port to a free one, or to 0 for none.");
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _metrics.Dispose();
        _server?.Dispose();
    }

    HttpContext IHttpApplication<HttpContext>.CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    Task IHttpApplication<HttpContext>.ProcessRequestAsync(HttpContext context)
    {
        if (context.Request.Path != Paths.Metrics || !HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        context.Response.ContentType = PrometheusText.ContentType;
        return context.Response.WriteAsync(PrometheusText.Write(_metrics.Collect()), context.RequestAborted);
    }

    void IHttpApplication<HttpContext>.DisposeContext(HttpContext context, Exception? exception)
    {
    }
}
