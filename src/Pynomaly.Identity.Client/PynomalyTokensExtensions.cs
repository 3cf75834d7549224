using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pynomaly.Identity.Client;

/// <summary>Gives HttpClients that carry an access token of Pynomaly.Identity.</summary>
public static class PynomalyTokensExtensions
{
    /// <summary>Adds an HttpClient of that name, to be had from IHttpClientFactory, whose requests carry a token. Wrong settings stop the start with a sentence.</summary>
    public static IHttpClientBuilder AddPynomalyTokens(this IServiceCollection services, string name, Action<PynomalyTokensOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddHttpClient(name).ConfigurePrimaryHttpMessageHandler(Transport.Create).AddPynomalyTokens(configure);
    }

    /// <summary>The same for an HttpClient, named or typed, that is there already. Its connections stay as they are (certificates, proxy), but follow no redirects.</summary>
    public static IHttpClientBuilder AddPynomalyTokens(this IHttpClientBuilder client, Action<PynomalyTokensOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(configure);
        var (services, name) = (client.Services, client.Name);
        services.AddOptions<PynomalyTokensOptions>(name).Configure(configure).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PynomalyTokensOptions>>(new OptionsCheck(name));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new PynomalyTokens(provider.GetRequiredService<IOptionsMonitor<PynomalyTokensOptions>>(), provider.GetRequiredService<IHttpMessageHandlerFactory>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<PynomalyTokens>>()));
        // Its own client's logger would write addresses only, but nothing of a token request belongs in a log.
        services.AddHttpClient(PynomalyTokens.HttpClientName).ConfigurePrimaryHttpMessageHandler(Transport.Create).RemoveAllLoggers();
        return client.ConfigurePrimaryHttpMessageHandler((handler, _) => Transport.Harden(handler)).AddHttpMessageHandler(provider =>
        {
            var tokens = provider.GetRequiredService<PynomalyTokens>();
            return new TokenHandler(tokens.SourceOf(name), tokens.OptionsOf(name), new Destinations(name, tokens.OptionsOf(name), () => BaseAddressOf(provider, name)), provider.GetRequiredService<TimeProvider>());
        });
    }

    // What ConfigureHttpClient (and a typed client's configuration) says of every client of that name; what is set on one client later is not known here.
    private static Uri? BaseAddressOf(IServiceProvider services, string name)
    {
        using var client = new HttpClient(new HttpClientHandler());
        foreach (var configure in services.GetRequiredService<IOptionsMonitor<HttpClientFactoryOptions>>().Get(name).HttpClientActions) configure(client);
        return client.BaseAddress;
    }
}
