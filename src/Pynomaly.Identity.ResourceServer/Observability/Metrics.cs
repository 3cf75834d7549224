using System.Diagnostics.Metrics;

namespace Pynomaly.Identity.ResourceServer.Observability;

/// <summary>The meter of this package: what was let in, what was refused and why, and how current the revocation list is.</summary>
internal sealed class Metrics
{
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _refused;

    public Metrics(IMeterFactory meters, TrustedIssuers issuers, IEnumerable<SchemeName> schemes)
    {
        var meter = meters.Create(PynomalyIdentityDefaults.MeterName);
        var names = schemes.Select(scheme => scheme.Value).ToArray();
        _accepted = meter.CreateCounter<long>("pynomaly.resource_server.accepted", "{request}", "Requests whose token held");
        _refused = meter.CreateCounter<long>("pynomaly.resource_server.refused", "{request}", "Requests that were refused, by reason");
        meter.CreateObservableGauge("pynomaly.resource_server.list.age", () => Of(names, issuers, issuer => issuer.Revoked.Age.TotalSeconds, issuer => issuer.Revoked.IsRead), "s",
            "Time since the server last said that the revocation list is whole");
        meter.CreateObservableGauge("pynomaly.resource_server.list.entries", () => Of<long>(names, issuers, issuer => issuer.Revoked.Count), "{entry}", "Entries of the revocation list");
        meter.CreateObservableGauge("pynomaly.resource_server.list.memory", () => Of(names, issuers, issuer => issuer.Revoked.Bytes), "By", "Memory of the revocation list");
        meter.CreateObservableGauge("pynomaly.resource_server.list.stale", () => Of(names, issuers, issuer => issuer.Revoked.IsStale ? 1 : 0), "1",
            "1 while the revocation list is too old to judge tokens by");
        meter.CreateObservableUpDownCounter("pynomaly.resource_server.open", () => names.Select(name => new Measurement<int>(issuers.Get(name).Open.Count, new KeyValuePair<string, object?>("scheme", name))), "{request}",
            "Open requests and hub connections that end with their tokens");
        meter.CreateObservableCounter("pynomaly.resource_server.ended", () => names.SelectMany(name => issuers.Get(name).Open.Ended.Select(ended => new Measurement<long>(ended.Value, new("scheme", name), new("reason", ended.Key)))),
            "{request}", "Open requests and hub connections that were ended with their tokens, by reason");
    }

    /// <summary>Counts a request: null for one whose token held.</summary>
    public void Count(string scheme, string? refusedFor)
    {
        if (refusedFor is null) _accepted.Add(1, new KeyValuePair<string, object?>("scheme", scheme));
        else _refused.Add(1, new("scheme", scheme), new("reason", refusedFor));
    }

    // Of the schemes that follow a list. An age that is not known yet is none: exporters make nothing of infinity.
    private static IEnumerable<Measurement<T>> Of<T>(string[] schemes, TrustedIssuers issuers, Func<TrustedIssuer, T> value, Func<TrustedIssuer, bool>? isKnown = null) where T : struct =>
        [.. from scheme in schemes
            let issuer = issuers.Get(scheme)
            where issuer.Options.FollowRevocations && isKnown?.Invoke(issuer) is not false
            select new Measurement<T>(value(issuer), new KeyValuePair<string, object?>("scheme", scheme))];
}
