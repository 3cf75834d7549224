using System.Net;

namespace Pynomaly.Identity.Clients;

/// <summary>Addresses and networks that a key may be used from: 203.0.113.7, 198.51.100.0/24, 2001:db8::/32. The caller's address is that of the connection, or what a trusted proxy says.</summary>
public static class AllowedAddresses
{
    /// <summary>The address or network as it is kept; null when the text is neither.</summary>
    public static string? Read(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Contains('%', StringComparison.Ordinal)) return null; // a zone means something on one machine only
        if (trimmed.Contains('/', StringComparison.Ordinal)) return IPNetwork.TryParse(trimmed, out var network) && network.PrefixLength > 0 ? network.ToString() : null;
        // What older readers of addresses understood otherwise ("010.1", "127.1") is refused.
        return IPAddress.TryParse(trimmed, out var address) && (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 || trimmed == address.ToString())
            ? Plain(address).ToString() : null;
    }

    /// <summary>Whether the address is one of them; an empty list admits everybody.</summary>
    public static bool Contain(IReadOnlyCollection<string> allowed, IPAddress? address)
    {
        if (allowed.Count == 0) return true;
        if (address is null) return false;
        var plain = Plain(address);
        foreach (var one in allowed)
        {
            if (one.Contains('/', StringComparison.Ordinal)
                ? IPNetwork.TryParse(one, out var network) && (network.Contains(plain) || network.Contains(address))
                : IPAddress.TryParse(one, out var single) && single.Equals(plain)) return true;
        }

        return false;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
