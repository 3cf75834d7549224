using System.Net;
using System.Net.Security;
using System.Security.Authentication;

namespace Pynomaly.Identity.ResourceServer;

/// <summary>What the connections to the identity server are like: TLS 1.2 or newer (RFC 9325 §3.1.1), and no redirects, which would take a secret or an API key to another place.</summary>
internal static class Transport
{
    private const SslProtocols Accepted = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Takes redirects from a handler that the application gave, also where others stand before it.</summary>
    /// <exception cref="InvalidOperationException">It follows redirects and was in use before.</exception>
    public static void Harden(HttpMessageHandler handler)
    {
        for (var at = handler; at is not null; at = (at as DelegatingHandler)?.InnerHandler)
        {
            // What is so already is left alone: two schemes may share a handler that is in use.
            if (at is SocketsHttpHandler sockets)
            {
                if (sockets.AllowAutoRedirect) sockets.AllowAutoRedirect = false;
                if (sockets.SslOptions.EnabledSslProtocols == SslProtocols.None) sockets.SslOptions.EnabledSslProtocols = Accepted;
            }
            else if (at is HttpClientHandler { AllowAutoRedirect: true } client)
            {
                client.AllowAutoRedirect = false;
            }
        }
    }

    /// <summary>A handler with connections of that kind.</summary>
    public static SocketsHttpHandler Create() => new()
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.All,
        SslOptions = new SslClientAuthenticationOptions { EnabledSslProtocols = Accepted },
    };
}
