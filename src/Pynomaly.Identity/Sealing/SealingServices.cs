using Microsoft.Extensions.DependencyInjection;

namespace Pynomaly.Identity.Sealing;

/// <summary>What this room serves.</summary>
internal static class SealingServices
{
    /// <summary>Adds it.</summary>
    public static void AddSealing(this IServiceCollection services)
    {
        services.AddSingleton<SealKey>();
        services.AddSingleton<SealAnchor>();
        services.AddSingleton<Sealer>().AddHostedService(provider => provider.GetRequiredService<Sealer>());
        services.AddSingleton<DueSeals>();
        services.AddSingleton<AuditRetention>().AddHostedService(provider => provider.GetRequiredService<AuditRetention>());
        services.AddSingleton<AuditVerifier>();
    }
}
