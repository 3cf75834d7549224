using Microsoft.AspNetCore.Connections;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Server.Hosting;
using Pynomaly.Identity.Server.Observability;
using Pynomaly.Identity.UI;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Server;

/// <summary>The running server: settings, services, pipeline, start.</summary>
public static class ServerHost
{
    /// <summary>Builds the server; nothing is opened yet. Tests add settings and replace the web server by <paramref name="configure"/>.</summary>
    /// <exception cref="ConfigurationException">A setting is unknown or makes no sense.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [.. args, "--hostBuilder:reloadConfigOnChange=false"], ContentRootPath = AppContext.BaseDirectory });
        configure?.Invoke(builder);
        var options = ServerOptions.Read(builder.Configuration, Home.Of(builder.Environment));
        var proxies = Proxies.Read(options);
        var otlp = Otlp.EndpointOf(options);
        _ = MetricsEndpoint.AddressOf(options);
        Certificates.Check(builder.Configuration);

        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(KestrelSettings.Apply);
        builder.AddLogs();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10) + options.ShutdownDelay);
        builder.Services.AddPynomalyIdentity(options);
        builder.Services.AddPynomalyIdentityUI();
        builder.Services.AddAuthorization();
        builder.Services.AddHosting();
        if (options.MetricsPort > 0) builder.Services.AddSingleton<MetricsEndpoint>().AddHostedService(provider => provider.GetRequiredService<MetricsEndpoint>());
        if (otlp is not null) builder.Services.AddHostedService<Otlp>();
        builder.Services.WithoutDataProtectionAtStart();

        var app = builder.Build();
        if (otlp is not null) app.Use(Otlp.Name);
        if (proxies is not null) app.UseForwardedHeaders(proxies);
        app.UsePrograms();
        app.UseApi();
        app.UsePages();
        return app;
    }

    /// <summary>What has to be done before the first request: database, keys, initial data. Tests call it between Build and Start.</summary>
    /// <exception cref="ConfigurationException">The server must not start; the message says why and what to do.</exception>
    public static Task PrepareAsync(WebApplication app, CancellationToken cancellationToken = default) =>
        app.Services.GetRequiredService<Preparation>().TryAsync(cancellationToken);

    /// <summary>Runs the server until it is told to stop, and answers the exit code.</summary>
    public static async Task<int> RunAsync(string[] args, IReadOnlyList<string> apply, CancellationToken cancellationToken = default)
    {
        try
        {
            var configuration = apply.Count == 0 ? null : ConfigurationFile.Read(apply);
            await using var app = Build(args);
            if (configuration is not null)
                app.Services.GetRequiredService<Preparation>().Then = stop => app.Services.GetRequiredService<Configurator>().ApplyAsync(Operator.CommandLine, configuration, stop);
            await PrepareAsync(app, cancellationToken);
            await StartAsync(app, cancellationToken);
            await AnnounceAsync(app, cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
            return Environment.ExitCode;
        }
        catch (ConfigurationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static async Task StartAsync(WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (ConfigurationException)
        {
            await app.StopAsync(CancellationToken.None);
            throw;
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            await app.StopAsync(CancellationToken.None);
            throw new ConfigurationException($"{e.Message} End the other program, or let this one listen elsewhere, for example --urls http://127.0.0.1:5081.");
        }
    }

    private static async Task AnnounceAsync(WebApplication app, CancellationToken cancellationToken)
    {
        var options = app.Services.GetRequiredService<ServerOptions>();
        Console.WriteLine($"Issuer: {options.Issuer}");
        if (!app.Services.GetRequiredService<Preparation>().IsDone) return;
        if (await app.Services.GetRequiredService<SetUp>().LinkAsync(cancellationToken) is { } link)
            Console.WriteLine($"There is no administrator yet. Open this within the hour, it works once: {link}");
    }
}
