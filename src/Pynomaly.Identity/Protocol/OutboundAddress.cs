using System.Net;
using System.Net.Sockets;

namespace Pynomaly.Identity.Protocol;

/// <summary>Where the server may connect to when somebody else names the address: the public Internet, and hosts that the operator allows.</summary>
/// <remarks>An allow-list for IPv6 (global unicast without its transition networks), the IANA special-purpose registry (RFC 6890) for IPv4.</remarks>
internal static class OutboundAddress
{
    private static readonly IPNetwork[] Special = Networks(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"); // Teredo, documentation, 6to4: they lead into IPv4 or nowhere

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3"); // loopback, ULA, link-local, multicast and NAT64 lie outside

    /// <summary>True for an address of the public Internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !GlobalUnicast.Contains(address)) return false;
        return !Special.Any(network => network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address));
    }

    /// <summary>True when the operator allows the host, "host:port" or "host" for any port.</summary>
    public static bool IsAllowed(string host, int port, IReadOnlyCollection<string> allowed)
    {
        var name = host.Trim('[', ']');
        return allowed.Any(entry => entry.Equals(name, StringComparison.OrdinalIgnoreCase) || entry.Equals($"{name}:{port}", StringComparison.OrdinalIgnoreCase)
            || entry.Equals($"[{name}]:{port}", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Why the address may not be fetched from, as a sentence; null when it may, as far as can be told without resolving its name.</summary>
    public static Sentence? WhyRefused(string url, IReadOnlyCollection<string> allowed)
    {
        if (url.Length > 2048 || url.Any(c => c is <= ' ' or >= '\u007F' or '\\')) return new Sentence("no_uri", $"It must consist of the characters that a URI may have, at most 2048");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || uri.Host.Length == 0) return new Sentence("no_https_address", $"It must be an absolute https address");
        if (uri.UserInfo.Length > 0) return new Sentence("user_in_address", $"It must not hold a user name");
        if (uri.Fragment.Length > 0) return new Sentence("fragment", $"It must not have a fragment");
        if (IsAllowed(uri.Host, uri.Port, allowed)) return null;
        if (uri.Scheme != "https") return new Sentence("not_https", $"It must be https");
        var host = uri.Host.Trim('[', ']').TrimEnd('.');
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var literal) && !IsPublic(literal)))
            return new Sentence("private_address", $"It must not lead to a private or loopback address; the operator can allow it by Identity:Outbound:AllowedHosts");
        return null;
    }

    private static IPNetwork[] Networks(params string[] networks) => [.. networks.Select(IPNetwork.Parse)];
}
