using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Pynomaly.Identity.Server.Tests.Harness;

/// <summary>Loopback ports for programs that have to be told theirs, and that stay free until they are bound, and between one start and the next.</summary>
/// <remarks>
/// None is taken from where the system takes those of outgoing connections (from 32768 on most Linux, from 49152 elsewhere), so that no connection of anybody gets it meanwhile. Each is kept from the
/// tests of other processes, and from being given twice, by a UDP socket of the same number, which lives as long as this process.
/// </remarks>
internal static class Ports
{
    private const string Outgoing = "/proc/sys/net/ipv4/ip_local_port_range";
    private static readonly ConcurrentBag<Socket> Kept = [];
    private static readonly (int First, int End) Range = RangeOf(File.Exists(Outgoing) ? File.ReadAllText(Outgoing) : "");

    /// <summary>A port that nobody else takes.</summary>
    public static int Free()
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(Range.First, Range.End);
            var keeper = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ExclusiveAddressUse = true };
            if (IsBound(keeper, IPAddress.Loopback, port) && IsFree(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || IsFree(IPAddress.IPv6Loopback, port)))
            {
                Kept.Add(keeper);
                return port;
            }

            keeper.Dispose();
        }

        throw new InvalidOperationException($"There is no free port between {Range.First} and {Range.End}.");
    }

    /// <summary>Where to take them from, by what the system says of outgoing connections: below those, or above; where these have nearly all, among them.</summary>
    internal static (int First, int End) RangeOf(string outgoing)
    {
        var parts = outgoing.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (parts is not [var from, var to] || !int.TryParse(from, out var first) || !int.TryParse(to, out var last)) return (20_000, 32_000);
        return first >= 22_000 ? (20_000, Math.Min(first, 32_000)) : last <= 63_000 ? (last + 1, 65_536) : first >= 6_000 ? (4_000, first) : (20_000, 32_000);
    }

    private static bool IsFree(IPAddress address, int port)
    {
        using var probe = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        return IsBound(probe, address, port);
    }

    // An address that this machine does not have, as ::1 in many containers, is nobody's.
    private static bool IsBound(Socket socket, IPAddress address, int port)
    {
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            return true;
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode == SocketError.AddressNotAvailable;
        }
    }
}
