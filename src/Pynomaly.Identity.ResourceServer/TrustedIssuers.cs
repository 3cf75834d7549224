using System.Collections.Concurrent;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pynomaly.Identity.ResourceServer;

/// <summary>The trusted issuers by scheme, made when they are first asked for.</summary>
internal sealed class TrustedIssuers(IOptionsMonitor<PynomalyIdentityOptions> options, IDataProtectionProvider protection, TimeProvider time, ILoggerFactory loggers, IUsedProofs? proofs = null) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<TrustedIssuer>> _issuers = new(StringComparer.Ordinal);

    public TrustedIssuer Get(string scheme) => _issuers.GetOrAdd(scheme, name => new Lazy<TrustedIssuer>(() => new TrustedIssuer(name, options.Get(name), protection, proofs, time, loggers))).Value;

    public void Dispose()
    {
        foreach (var issuer in _issuers.Values)
            if (issuer.IsValueCreated) issuer.Value.Dispose();
    }
}
