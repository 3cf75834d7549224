using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Pynomaly.Identity.Abuse;

/// <summary>What counts as one caller: an IPv4 address, or the /64 network of an IPv6 address, of which one household has 2^64.</summary>
internal readonly record struct AddressKey(ulong Value)
{
    private const ulong IPv4 = 0xFFFF_0000_0000;

    /// <summary>True for this machine's own programs: loopback addresses, and connections without an address. Behind a proxy that is not named, everybody looks so.</summary>
    public bool IsLocal => Value == 0 || (IsIPv4 && (byte)(Value >> 24) == 127);

    private bool IsIPv4 => Value >> 32 == 0xFFFF;

    /// <summary>The caller behind an address; connections without one (a Unix socket) are one caller.</summary>
    public static AddressKey Of(IPAddress? address)
    {
        if (address is null) return default;
        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out var length)) return default;
        if (address.AddressFamily == AddressFamily.InterNetwork && length == 4) return new(IPv4 | BinaryPrimitives.ReadUInt32BigEndian(bytes));
        return address.IsIPv4MappedToIPv6 ? new(IPv4 | BinaryPrimitives.ReadUInt32BigEndian(bytes[12..])) : new(BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    /// <summary>The caller behind an address, as it is written; null: there is no address.</summary>
    public static string? NameOf(IPAddress? address) => address is null ? null : Of(address).ToString();

    /// <summary>Reads what <see cref="ToString"/> wrote, or any address.</summary>
    public static AddressKey? Parse(string text)
    {
        var address = text.EndsWith("/64", StringComparison.Ordinal) && text.Contains(':', StringComparison.Ordinal) ? text[..^3] : text;
        return IPAddress.TryParse(address, out var parsed) ? Of(parsed) : null;
    }

    /// <summary>An address of this caller: the only one, or the first of the network.</summary>
    public IPAddress ToAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        if (IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)Value);
            return new IPAddress(bytes[..4]);
        }

        BinaryPrimitives.WriteUInt64BigEndian(bytes, Value);
        return new IPAddress(bytes);
    }

    /// <summary>"192.0.2.1", or "2001:db8:1:2::/64".</summary>
    public override string ToString() => IsIPv4 ? ToAddress().ToString() : $"{ToAddress()}/64";
}
