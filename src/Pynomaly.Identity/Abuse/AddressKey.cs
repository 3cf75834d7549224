using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Pynomaly.Identity.Abuse;

/// <summary>What counts as one caller: an IPv4 address, or the /64 network of an IPv6 address, of which one household has 2^64.</summary>
internal readonly record struct AddressKey(ulong Value)
{
    private const ulong IPv4 = 0xFFFF_0000_0000;

    /// <summary>The caller behind an address; connections without one (a Unix socket) are one caller.</summary>
    public static AddressKey Of(IPAddress? address)
    {
        if (address is null) return default;
        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out var length)) return default;
        if (address.AddressFamily == AddressFamily.InterNetwork && length == 4) return new(IPv4 | BinaryPrimitives.ReadUInt32BigEndian(bytes));
        return address.IsIPv4MappedToIPv6 ? new(IPv4 | BinaryPrimitives.ReadUInt32BigEndian(bytes[12..])) : new(BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }
}
