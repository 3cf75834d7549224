using System.Collections.Frozen;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Pynomaly.Identity.Server.Hosting;

/// <summary>Serves the endpoints that programs call, by their exact paths: one look in a table, no patterns.</summary>
/// <remarks>Ordinary routing forgives case and trailing slashes, so that a proxy's rule for "/connect/token" would not hold for "/CONNECT/TOKEN/".
/// It also builds its matcher over all pages at the first request; this table spares programs that wait.</remarks>
internal sealed class ProgramEndpoints(IServiceProvider services) : IEndpointRouteBuilder
{
    private readonly List<EndpointDataSource> _sources = [];

    /// <inheritdoc/>
    public IServiceProvider ServiceProvider => services;

    /// <inheritdoc/>
    public ICollection<EndpointDataSource> DataSources => _sources;

    /// <inheritdoc/>
    public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(services);

    /// <summary>Paths with the endpoint of each method.</summary>
    public FrozenDictionary<string, ProgramPath> Build() =>
        _sources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .GroupBy(endpoint => endpoint.RoutePattern.RawText!, StringComparer.Ordinal)
            .ToFrozenDictionary(path => path.Key, path => new ProgramPath(path), StringComparer.Ordinal);
}

/// <summary>One exact path and what it answers to which method.</summary>
internal sealed class ProgramPath
{
    private readonly (string Method, RouteEndpoint Endpoint)[] _methods;
    private readonly string _allow;

    public ProgramPath(IEnumerable<RouteEndpoint> endpoints)
    {
        _methods = [.. from endpoint in endpoints
                       from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"]
                       select (method, endpoint)];
        _allow = string.Join(", ", _methods.Select(entry => entry.Method).Distinct(StringComparer.Ordinal));
    }

    /// <summary>Runs the endpoint of the request's method; 405 names the methods there are (RFC 9110 §15.5.6).</summary>
    public Task RunAsync(HttpContext context)
    {
        foreach (var (method, endpoint) in _methods)
        {
            if (method != "*" && !HttpMethods.Equals(method, context.Request.Method)) continue;
            context.SetEndpoint(endpoint); // the route's name, for metrics and traces
            return endpoint.RequestDelegate!(context);
        }

        context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        context.Response.Headers.Allow = _allow;
        return Task.CompletedTask;
    }
}
