using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity;

/// <summary>The roof: puts the rooms together. One line a service, one line an endpoint.</summary>
public static class PynomalyIdentity
{
    /// <summary>Adds the engine's services.</summary>
    public static IServiceCollection AddPynomalyIdentity(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);

        services.AddSingleton<Database>();
        services.AddSingleton<ContextFactory>();
        services.AddSingleton<Migrator>();
        services.AddSingleton<Catalogue>();
        services.AddSingleton<ChangeFeed>().AddHostedService(provider => provider.GetRequiredService<ChangeFeed>());
        services.AddSingleton<Pruning>().AddHostedService(provider => provider.GetRequiredService<Pruning>());
        services.AddSingleton<AuditTrail>().AddHostedService(provider => provider.GetRequiredService<AuditTrail>());

        services.AddSingleton<Accounts>();
        services.AddSingleton<SetUp>();
        services.AddSingleton<InitialData>();
        return services;
    }

    /// <summary>Maps the endpoints that programs call.</summary>
    public static IEndpointRouteBuilder MapPynomalyIdentity(this IEndpointRouteBuilder endpoints) => endpoints;
}
