using System.Net;
using Microsoft.Extensions.Primitives;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Hosting;

/// <summary>The Host header values that are ours: the issuer's. Another one means a poisoned cache, a rebound name or a proxy set up wrongly.</summary>
/// <remarks>With an issuer on loopback any loopback name and port will do, since nobody else can be reached by one.</remarks>
internal sealed class HostNames
{
    private readonly string _authority;
    private readonly string? _withPort;
    private readonly bool _loopback;

    public HostNames(ServerOptions options)
    {
        var issuer = new Uri(options.Issuer);
        _authority = issuer.IsDefaultPort ? issuer.Host : $"{issuer.Host}:{issuer.Port}";
        _withPort = issuer.IsDefaultPort ? $"{issuer.Host}:{issuer.Port}" : null;
        _loopback = issuer.IsLoopback;
    }

    /// <summary>Whether the request was sent to us by our name.</summary>
    public bool Accept(StringValues host)
    {
        if (host.Count != 1 || host[0] is not { } name) return false;
        return name.Equals(_authority, StringComparison.OrdinalIgnoreCase)
            || (_withPort is not null && name.Equals(_withPort, StringComparison.OrdinalIgnoreCase))
            || (_loopback && IsLoopback(name));
    }

    private static bool IsLoopback(string host)
    {
        var name = HostString.FromUriComponent(host).Host;
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(name.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
    }
}
