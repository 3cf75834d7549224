using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Hosting;

/// <summary>Proxies whose word counts about the caller's address and scheme. Everybody else's X-Forwarded headers are ignored.</summary>
/// <remarks>X-Forwarded-Host never counts: the issuer is configuration.</remarks>
internal static class Proxies
{
    /// <summary>Reads Identity:TrustedProxies; null when it is empty.</summary>
    /// <exception cref="ConfigurationException">An entry is neither an address nor a network.</exception>
    public static ForwardedHeadersOptions? Read(ServerOptions options)
    {
        if (options.TrustedProxies.Length == 0) return null;
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var entry in options.TrustedProxies)
        {
            if (IPAddress.TryParse(entry, out var address))
            {
                forwarded.KnownProxies.Add(address);
                if (IPAddress.IsLoopback(address)) forwarded.KnownProxies.Add(address.MapToIPv6());
            }
            else if (System.Net.IPNetwork.TryParse(entry, out var network) && network.PrefixLength > 0)
            {
                forwarded.KnownIPNetworks.Add(network);
            }
            else
            {
                throw new ConfigurationException($"Identity:TrustedProxies holds \"{entry}\", which is not an address or a network. Write for example 10.0.0.5 or 10.0.0.0/24.");
            }
        }

        return forwarded;
    }
}
