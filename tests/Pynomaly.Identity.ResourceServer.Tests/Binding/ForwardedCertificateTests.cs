using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Binding;

/// <summary>A certificate in a proxy's header is read as the proxies write it, and what is not one whole certificate is none. RFC 9440.</summary>
public sealed class ForwardedCertificateTests
{
    // RFC 9440, Appendix A, as one line.
    private const string Example =
        ":MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVkaWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYI"
        + "KoZIzj0DAQcDQgAE8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAww"
        + "CgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk=:";

    private static readonly X509Certificate2 Own = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(Example.Trim(':')));

    // Whoever calls, with a certificate of his own making.
    private static readonly X509Certificate2 Other = NewCertificate();

    public static TheoryData<string, string> Written => new()
    {
        { "RFC 9440", $":{Base64(Own)}:" },
        { "nginx, $ssl_client_escaped_cert", Uri.EscapeDataString(Own.ExportCertificatePem()) },
        { "AWS, which leaves + / = as they are", Uri.EscapeDataString(Own.ExportCertificatePem()).Replace("%2B", "+").Replace("%2F", "/").Replace("%3D", "=") },
        { "Apache, %{SSL_CLIENT_CERT}s", Own.ExportCertificatePem().Replace('\n', ' ') },
        { "Envoy", $"By=spiffe://api;Hash={new string('a', 64)};Cert=\"{Uri.EscapeDataString(Own.ExportCertificatePem())}\";Subject=\"CN=a\\\"b,c;Cert=x\";URI=spiffe://client" },
        { "Envoy, the certificate alone", $"Cert=\"{Uri.EscapeDataString(Own.ExportCertificatePem())}\"" },
        { "HAProxy, ssl_c_der,base64", Base64(Own) },
        { "Traefik, without intermediates", Uri.EscapeDataString(Base64(Own)) },
    };

    public static TheoryData<string, string> Broken => new()
    {
        { "nothing", " " },
        { "colons alone", "::" },
        { "one colon", $":{Base64(Own)}" },
        { "with parameters", $":{Base64(Own)}:;a=1" },
        { "twice, as a header that stands twice is read", $":{Base64(Own)}:,:{Base64(Own)}:" },
        { "base64url", $":{Base64UrlEncoder.Encode(Own.RawData)}:" },
        { "cut off", $":{Base64(Own)[..200]}:" },
        { "something behind", $":{Convert.ToBase64String([.. Own.RawData, 0])}:" },
        { "PEM within", $":{Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(Own.ExportCertificatePem()))}:" },
        { "two in PEM", Uri.EscapeDataString(Own.ExportCertificatePem() + "\n" + Own.ExportCertificatePem()) },
        { "PEM, and the proxy's own behind it", Uri.EscapeDataString(Other.ExportCertificatePem() + "\n") + $",:{Base64(Own)}:" },
        { "PEM, and PEM of the proxy's own behind it", $"{Uri.EscapeDataString(Other.ExportCertificatePem() + "\n")},{Uri.EscapeDataString(Own.ExportCertificatePem())}" },
        { "base64, and the proxy's own behind it", $"{Base64(Other)},{Base64(Own)}" },
        { "Traefik, with an intermediate", Uri.EscapeDataString($"{Base64(Own)},{Base64(Other)}") },
        { "PEM, and words behind it", Own.ExportCertificatePem().Replace('\n', ' ') + " none" },
        { "PEM whose bytes go on", PemEncoding.WriteString("CERTIFICATE", [.. Own.RawData, 0]) },
        { "another thing in PEM", Uri.EscapeDataString(PublicKeyOf(Own)) },
        { "Envoy, two proxies", $"Cert=\"{Uri.EscapeDataString(Own.ExportCertificatePem())}\",Cert=\"{Uri.EscapeDataString(Own.ExportCertificatePem())}\"" },
        { "Envoy, two certificates", $"Cert=\"{Uri.EscapeDataString(Own.ExportCertificatePem())}\";Cert=\"{Uri.EscapeDataString(Own.ExportCertificatePem())}\"" },
        { "Envoy, one in a subject", $"Subject=\"Cert=\\\"{Uri.EscapeDataString(Own.ExportCertificatePem())}\\\"\"" },
        { "Envoy, quotation marks that do not end", $"Cert=\"{Uri.EscapeDataString(Own.ExportCertificatePem())}" },
        { "words", "none" },
    };

    [Fact]
    public void The_example_of_RFC_9440_is_read()
    {
        using var certificate = ForwardedCertificate.Read(Example);

        Assert.Equal("CN=BC", certificate.Subject);
        Assert.Equal("CN=LA Intermediate CA, O=Let's Authenticate", certificate.Issuer);
        Assert.Equal(Example.Trim(':'), Base64(certificate));
    }

    [Theory]
    [MemberData(nameof(Written))]
    public void Every_proxys_way_to_write_it_is_read(string proxy, string header)
    {
        using var certificate = ForwardedCertificate.Read(header);

        Assert.True(certificate.RawData.SequenceEqual(Own.RawData), proxy);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void What_is_not_one_whole_certificate_is_none(string what, string header)
    {
        var failure = Assert.Throws<FormatException>(() => ForwardedCertificate.Read(header));

        Assert.False(header.Length > 10 && failure.Message.Contains(header, StringComparison.Ordinal), what);
    }

    private static string Base64(X509Certificate2 certificate) => Convert.ToBase64String(certificate.RawData);

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=other", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
    }

    private static string PublicKeyOf(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPublicKey()!;
        return key.ExportSubjectPublicKeyInfoPem();
    }
}
