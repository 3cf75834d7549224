using System.Security.Authentication;

namespace Pynomaly.Identity.Client;

/// <summary>What the connections are like: TLS 1.2 or newer (RFC 9325 §3.1.1), no redirects (a token must not follow one to another place), no cookies.</summary>
internal static class Transport
{
    /// <summary>Whether nobody on the way can read along: https, or the machine itself.</summary>
    public static bool IsPrivate(Uri address) => address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);

    /// <summary>Takes redirects from a handler that is there already: a token must not follow one.</summary>
    public static void Harden(HttpMessageHandler handler)
    {
        if (handler is SocketsHttpHandler sockets)
        {
            sockets.AllowAutoRedirect = false;
            if (sockets.SslOptions.EnabledSslProtocols == SslProtocols.None) sockets.SslOptions.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        }
        else if (handler is HttpClientHandler client)
        {
            client.AllowAutoRedirect = false;
        }
    }

    /// <summary>A handler with connections of that kind.</summary>
    public static SocketsHttpHandler Create() => new()
    {
        AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        SslOptions = new System.Net.Security.SslClientAuthenticationOptions { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 },
    };
}
