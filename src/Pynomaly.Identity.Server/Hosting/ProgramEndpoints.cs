using System.Collections.Frozen;

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

    /// <summary>The table. Paths with the endpoint of each method.</summary>
    public FrozenDictionary<string, ProgramPath> Build() =>
        _sources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .GroupBy(endpoint => endpoint.RoutePattern.RawText!, StringComparer.Ordinal)
            .ToFrozenDictionary(path => path.Key, path => new ProgramPath(path.Key, path), StringComparer.Ordinal);
}
