using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pynomaly.Identity.ResourceServer;

/// <summary>Reads the client certificate that a proxy sends in a header: the converter for ASP.NET Core's certificate forwarding. RFC 9440 §2.1, and what proxies sent before it.</summary>
/// <remarks>
/// It says nothing of who wrote the header: whether to read it at all is for the application to decide, by the address that the connection comes from. What is not one whole certificate is none. Left out: the chain
/// (Client-Cert-Chain, §2.3), which a thumbprint does not need.
/// </remarks>
[Specification("RFC 9440", "Client-Cert HTTP Header Field")]
public static class ForwardedCertificate
{
    private const string PemBegin = "-----BEGIN ", EnvoyCertificate = "Cert=\"";

    /// <summary>
    /// The certificate in the header's value: <c>:base64:</c> (RFC 9440), PEM with its characters escaped (nginx, AWS) or its line breaks made blanks (Apache), Envoy's <c>X-Forwarded-Client-Cert</c> with one element,
    /// or base64 alone (HAProxy; Traefik, which joins a client's intermediate certificates to it with commas: then there is more than one, and none is read).
    /// </summary>
    /// <exception cref="FormatException">It is none of them, or holds more than one certificate.</exception>
    public static X509Certificate2 Read(string header)
    {
        ArgumentNullException.ThrowIfNull(header);
        try
        {
            var text = header.Trim();
            if (text.StartsWith(':')) return text is [':', .. var encoded, ':'] ? OfBase64(encoded) : throw new FormatException("A byte sequence stands between colons"); // RFC 8941 §3.3.5
            if (!text.StartsWith(PemBegin, StringComparison.Ordinal) && text.Contains(EnvoyCertificate, StringComparison.OrdinalIgnoreCase)) text = OfEnvoy(text);
            text = Uri.UnescapeDataString(text).Trim();
            return text.StartsWith(PemBegin, StringComparison.Ordinal) ? OfPem(text) : OfBase64(text);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw new FormatException("The header holds no certificate", failure);
        }
    }

    private static X509Certificate2 OfBase64(string encoded)
    {
        var der = Convert.FromBase64String(encoded);
        var certificate = X509CertificateLoader.LoadCertificate(der);
        if (certificate.RawDataMemory.Span.SequenceEqual(der)) return certificate; // nothing around it, and not PEM in base64
        certificate.Dispose();
        throw new FormatException("The header holds more than a certificate");
    }

    private static X509Certificate2 OfPem(string text)
    {
        // What follows the first block may be what the proxy wrote, behind a header that the client sent.
        var pem = PemEncoding.Find(text);
        if (!pem.Location.Equals(..text.Length) || text[pem.Label] != "CERTIFICATE") throw new FormatException("The header holds something other than one certificate");
        return OfBase64(text[pem.Base64Data]);
    }

    // By=...;Hash=...;Cert="...";Subject="...": one element for each proxy that adds its own, parted by commas outside of quotation marks.
    private static string OfEnvoy(string text)
    {
        var (isQuoted, start, found) = (false, 0, (string?)null);
        for (var at = 0; at <= text.Length; at++)
        {
            var c = at < text.Length ? text[at] : ';';
            if (isQuoted && c == '\\') at++; // the next one is meant as it stands
            else if (c == '"') isQuoted = !isQuoted;
            else if (!isQuoted && c == ',') throw new FormatException("Two proxies have added to the header; the last one must replace it (SANITIZE_SET)");
            else if (!isQuoted && c == ';')
            {
                var pair = text[start..at].Trim();
                start = at + 1;
                if (!pair.StartsWith(EnvoyCertificate, StringComparison.OrdinalIgnoreCase)) continue;
                if (found is not null || pair is not [_, _, _, _, _, '"', .. var value, '"']) throw new FormatException("The header does not hold one certificate");
                found = value;
            }
        }

        return found is not null && !isQuoted ? found : throw new FormatException("The header does not hold one certificate");
    }
}
