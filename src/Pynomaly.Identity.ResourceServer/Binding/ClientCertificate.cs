using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Pynomaly.Identity.ResourceServer.Binding;

/// <summary>Tokens bound to the client's TLS certificate: RFC 8705 §3. Behind a proxy, ASP.NET Core's certificate forwarding puts the client's certificate where it is looked for here.</summary>
[Specification("RFC 8705", "OAuth 2.0 Mutual-TLS Client Authentication and Certificate-Bound Access Tokens")]
internal static class ClientCertificate
{
    /// <summary>Whether the connection's certificate is the one that the token names. §3.1: SHA-256 of its DER bytes.</summary>
    public static async ValueTask<bool> MatchesAsync(HttpContext context, string thumbprint)
    {
        if (await FindAsync(context) is not { } certificate) return false;
        var actual = Base64Url.EncodeToUtf8(SHA256.HashData(certificate.RawDataMemory.Span));
        return CryptographicOperations.FixedTimeEquals(actual, Encoding.UTF8.GetBytes(thumbprint));
    }

    // Where the connection cannot ask for one now (HTTP/2, a body that was not read, a client that went away), it has none.
    private static async ValueTask<X509Certificate2?> FindAsync(HttpContext context)
    {
        try
        {
            return await context.Connection.GetClientCertificateAsync(context.RequestAborted);
        }
        catch (Exception failure) when (failure is InvalidOperationException or IOException or PlatformNotSupportedException)
        {
            return null;
        }
    }
}
