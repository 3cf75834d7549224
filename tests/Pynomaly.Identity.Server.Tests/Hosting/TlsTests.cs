using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Server.Hosting;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Hosting;

/// <summary>TLS by Kestrel's own settings: what is spoken, and what becomes of certificates that are replaced or wrong (F-31).</summary>
public sealed class TlsTests(TlsTests.Listening server) : IClassFixture<TlsTests.Listening>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task TLS_1_2_and_1_3_are_spoken(SslProtocols version)
    {
        using var connection = await PatientAsync(() => ConnectAsync(version));

        Assert.Equal(version, connection.SslProtocol);
        Assert.True(connection.NegotiatedCipherSuite is TlsCipherSuite.TLS_AES_256_GCM_SHA384 or TlsCipherSuite.TLS_AES_128_GCM_SHA256 or TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256
            or TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 or TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, $"{connection.NegotiatedCipherSuite}");
    }

    [Fact]
    public async Task F_31_a_hello_of_TLS_1_1_is_refused()
    {
#pragma warning disable SYSLIB0039, CA5397 // the old version is what is tested
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(SslProtocols.Tls11));
#pragma warning restore SYSLIB0039, CA5397
    }

    [Fact]
    public async Task F_31_a_replaced_certificate_is_taken_up_without_a_restart()
    {
        var before = await ThumbprintAsync();

        server.WriteCertificate();

        await Until.TrueAsync(async () => await ThumbprintAsync() != before, "the new certificate is presented");
    }

    [Theory]
    [InlineData("missing.pem", "key.pem", "missing.pem, which does not exist")]
    [InlineData("cert.pem", "other.pem", "belong together")]
    [InlineData("key.pem", "key.pem", "belong together")]
    public void F_31_a_wrong_file_stops_the_start_by_its_name(string certificate, string key, string sentence)
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(server.PathOf("other.pem"), other.ExportPkcs8PrivateKeyPem());
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [new("Kestrel:Endpoints:Https:Certificate:Path", server.PathOf(certificate)), new("Kestrel:Endpoints:Https:Certificate:KeyPath", server.PathOf(key))]).Build();

        var refusal = Assert.Throws<ConfigurationException>(() => Certificates.Check(configuration));

        Assert.Contains("Kestrel:Endpoints:Https:Certificate", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
    }

    private async Task<string> ThumbprintAsync()
    {
        using var connection = await PatientAsync(() => ConnectAsync(SslProtocols.None));
        return connection.RemoteCertificate!.GetCertHashString();
    }

    // Kestrel takes up a certificate by binding anew, once for each file that changed: between the old socket and the new one nobody answers, and that may still go on when another test begins.
    private static async Task<SslStream> PatientAsync(Func<Task<SslStream>> connect)
    {
        SslStream? connection = null;
        await Until.TrueAsync(async () =>
        {
            try
            {
                connection = await connect();
                return true;
            }
            catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
            {
                return false;
            }
        }, "a connection over TLS");
        return connection!;
    }

    private async Task<SslStream> ConnectAsync(SslProtocols version)
    {
        var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port, Stop);
        var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
#pragma warning disable CA5359 // a certificate of this test's own
            TargetHost = "localhost", EnabledSslProtocols = version, RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
        }, Stop);
        return stream;
    }

    /// <summary>The server with a certificate of its own.</summary>
    public sealed class Listening : RunningServer
    {
        private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("pynomaly-tls-");

        protected override IEnumerable<KeyValuePair<string, string?>> Settings
        {
            get
            {
                WriteCertificate();
                return
                [
                    new("Identity:Issuer", "https://localhost:5443"), new("Urls", null), new("Kestrel:Endpoints:Https:Url", $"https://127.0.0.1:{Harness.Ports.Free()}"), // a fixed port: Kestrel binds anew when it takes up a certificate
                    new("Kestrel:Endpoints:Https:Certificate:Path", PathOf("cert.pem")), new("Kestrel:Endpoints:Https:Certificate:KeyPath", PathOf("key.pem")),
                ];
            }
        }

        public string PathOf(string name) => Path.Combine(_files.FullName, name);

        /// <summary>A new one in the place of the old one.</summary>
        public void WriteCertificate()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(90));
            Replace("key.pem", key.ExportPkcs8PrivateKeyPem());
            Replace("cert.pem", certificate.ExportCertificatePem());
        }

        // At once: nobody reads a half of it.
        private void Replace(string name, string content)
        {
            File.WriteAllText(PathOf($"{name}.new"), content);
            File.Move(PathOf($"{name}.new"), PathOf(name), overwrite: true);
        }
    }
}
