using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Tests.Harness;

namespace Pynomaly.Identity.Client.Tests.Harness;

/// <summary>A service as an application composes it: one named HttpClient, its connections ending at the test's server.</summary>
internal sealed class Service : IDisposable
{
    public const string Secret = "s3cret-of-the-service-0123456789";
    private readonly ServiceProvider _services;

    public Service(HttpMessageHandler identity, HttpMessageHandler api, Action<PynomalyTokensOptions>? change = null, MovableClock? clock = null, string? baseAddress = PaperServer.Api)
    {
        Clock = clock ?? new MovableClock();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(Logs).SetMinimumLevel(LogLevel.Trace));
        services.AddSingleton<TimeProvider>(Clock);
        services.AddPynomalyTokens("detectors", options =>
        {
            (options.Issuer, options.ClientId, options.ClientSecret) = (PaperServer.Issuer, "nightly", Secret);
            options.LongestWait = TimeSpan.FromMilliseconds(20);
            change?.Invoke(options);
        }).ConfigureHttpClient(client => client.BaseAddress = baseAddress is null ? null : new Uri(baseAddress)).ConfigurePrimaryHttpMessageHandler(() => new Kept(api));
        services.AddHttpClient("Pynomaly.Identity.Client").ConfigurePrimaryHttpMessageHandler(() => new Kept(identity));
        _services = services.BuildServiceProvider();
    }

    public Service(PaperServer server, Action<PynomalyTokensOptions>? change = null) : this(server, server, change)
    {
    }

    public MovableClock Clock { get; }

    public LogCapture Logs { get; } = new();

    public PynomalyTokens Tokens => _services.GetRequiredService<PynomalyTokens>();

    public HttpClient Client() => _services.GetRequiredService<IHttpClientFactory>().CreateClient("detectors");

    public Task<HttpResponseMessage> GetAsync() => Client().GetAsync(PaperServer.Api, TestContextToken);

    public void Dispose() => _services.Dispose();

    private static CancellationToken TestContextToken => Xunit.TestContext.Current.CancellationToken;

    // The factory ends the handlers that it made; the test's server goes on.
    private sealed class Kept(HttpMessageHandler inner) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker _inner = new(inner, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _inner.SendAsync(request, cancellationToken);
    }
}
