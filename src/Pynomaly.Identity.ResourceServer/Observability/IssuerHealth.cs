using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Pynomaly.Identity.ResourceServer.Observability;

/// <summary>Whether tokens can be judged: by current keys and a current list, by old ones, or not at all.</summary>
internal sealed class IssuerHealth(TrustedIssuers issuers, IEnumerable<SchemeName> schemes) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var worst = HealthCheckResult.Healthy("Keys and revocation list are current");
        var data = new Dictionary<string, object>();
        foreach (var scheme in schemes)
        {
            var issuer = issuers.Get(scheme.Value);
            if (issuer.Options.FollowRevocations && issuer.Revoked.IsRead) data[$"{scheme.Value}.list_age_seconds"] = Math.Round(issuer.Revoked.Age.TotalSeconds, 1);
            data[$"{scheme.Value}.list_entries"] = issuer.Revoked.Count;
            if (Look(issuer) is { } found && found.Status < worst.Status) worst = found;
        }

        return Task.FromResult(new HealthCheckResult(worst.Status, worst.Description, data: data));
    }

    private static HealthCheckResult? Look(TrustedIssuer issuer)
    {
        if (issuer.Keys.Metadata is null) return issuer.Options.FollowRevocations || issuer.Keys.IsFailing
            ? HealthCheckResult.Unhealthy("The identity server's keys were not read: tokens are answered with 503") : null;
        if (!issuer.Options.FollowRevocations) return issuer.Keys.IsFailing ? HealthCheckResult.Degraded("The identity server's keys cannot be read; the known ones go on") : null;
        if (issuer.Revoked.IsStale) return issuer.Options.WhenListIsStale == StaleListBehavior.Refuse
            ? HealthCheckResult.Unhealthy("The revocation list is too old: tokens are answered with 503") : HealthCheckResult.Degraded("The revocation list is too old: revoked tokens are accepted until they expire");
        return issuer.Follower.IsFailing || issuer.Keys.IsFailing ? HealthCheckResult.Degraded("The identity server cannot be reached; what is known is not too old yet") : null;
    }
}
