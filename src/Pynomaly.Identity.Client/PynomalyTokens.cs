using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pynomaly.Identity.Client;

/// <summary>The tokens themselves, by the name that they were added under: for callers that send them by other means than HttpClient (a WebSocket, a message).</summary>
public sealed class PynomalyTokens : IDisposable
{
    internal const string HttpClientName = "Pynomaly.Identity.Client";
    private readonly ConcurrentDictionary<string, Lazy<TokenSource>> _sources = new(StringComparer.Ordinal);
    private readonly IOptionsMonitor<PynomalyTokensOptions> _options;
    private readonly IHttpMessageHandlerFactory _handlers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    internal PynomalyTokens(IOptionsMonitor<PynomalyTokensOptions> options, IHttpMessageHandlerFactory handlers, TimeProvider time, ILogger<PynomalyTokens> logger) =>
        (_options, _handlers, _time, _logger) = (options, handlers, time, logger);

    /// <summary>An access token that is good now; fetched, or from before.</summary>
    /// <param name="name">The name that was given to AddPynomalyTokens.</param>
    /// <param name="cancellationToken">Ends the waiting of this caller; others that wait for the same token go on.</param>
    /// <exception cref="PynomalyTokenException">There is none.</exception>
    /// <exception cref="OptionsValidationException">The settings of that name cannot work.</exception>
    public async ValueTask<string> GetAsync(string name, CancellationToken cancellationToken = default) => (await SourceOf(name).GetAsync(cancellationToken)).Text;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var source in _sources.Values)
            if (source.IsValueCreated) source.Value.Dispose();
    }

    internal TokenSource SourceOf(string name) => _sources.GetOrAdd(name, static (key, self) => new Lazy<TokenSource>(() => self.Create(key)), this).Value;

    internal PynomalyTokensOptions OptionsOf(string name) => _options.Get(name);

    private TokenSource Create(string name) => new(_options.Get(name), new Timed(SendAsync, _options.Get(name).Timeout, _time), _time, _logger);

    // The factory changes connections from time to time, so that a change of address is seen: a handler is taken anew for each request.
    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var http = new HttpMessageInvoker(_handlers.CreateHandler(HttpClientName), disposeHandler: false);
        return await http.SendAsync(request, cancellationToken);
    }
}
