using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pynomaly.Identity.ResourceServer.Observability;

namespace Pynomaly.Identity.ResourceServer;

/// <summary>Health of what this API knows of its identity server.</summary>
public static class HealthExtensions
{
    /// <summary>Adds the check: healthy while keys and revocation list are current, degraded while the server is out of reach or an old list is gone by, unhealthy once tokens are answered with 503.</summary>
    public static IHealthChecksBuilder AddPynomalyIdentity(this IHealthChecksBuilder builder, string name = "pynomaly_identity", IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(name, provider => ActivatorUtilities.CreateInstance<IssuerHealth>(provider), failureStatus: null, tags));
    }
}
