using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Users.Attestation;

/// <summary>The roots that attestation is proven against, and the way there (RFC 5280 §6).</summary>
/// <remarks>
/// Left out: revocation. Makers of authenticators revoke models in the FIDO Metadata Service rather than certificates; take the root out of the directory, or the model
/// out of the settings.
/// </remarks>
internal sealed class TrustAnchors(X509Certificate2Collection roots)
{
    // 1.2.840.113549.1.1.4 and .5, 1.2.840.10045.4.1: RSA with MD5 and SHA-1, ECDSA with SHA-1.
    private static readonly string[] BrokenSignatures = ["1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5", "1.2.840.10045.4.1"];

    /// <summary>Reads every file of a directory, PEM (with any number of certificates) or DER. None for no directory.</summary>
    public static TrustAnchors Read(string? directory)
    {
        var roots = new X509Certificate2Collection();
        if (directory is null) return new TrustAnchors(roots);
        if (!Directory.Exists(directory)) throw Bad(directory, "is not a directory");
        foreach (var path in Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal).Where(path => !Path.GetFileName(path).StartsWith('.')))
        {
            try
            {
                var before = roots.Count;
                var bytes = File.ReadAllBytes(path);
                if (bytes.AsSpan().IndexOf("-----BEGIN"u8) >= 0) roots.ImportFromPem(System.Text.Encoding.UTF8.GetString(bytes));
                else roots.Add(X509CertificateLoader.LoadCertificate(bytes));
                if (roots.Count == before) throw Bad(path, "holds no certificate");
            }
            catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
            {
                throw Bad(path, "cannot be read as a certificate");
            }
        }

        return roots.Count > 0 ? new TrustAnchors(roots) : throw Bad(directory, "holds no certificate");
    }

    /// <summary>Finds the way from the attestation certificate to a root, over the others of x5c and nothing from the network.</summary>
    public void Require(IReadOnlyList<X509Certificate2> path, DateTimeOffset now)
    {
        AttestationException.Require(roots.Count > 0, "no root is configured");
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.ExtraStore.AddRange(path.Skip(1).ToArray());
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        var builds = chain.Build(path[0]);
        var way = chain.ChainElements.Select(element => element.Certificate).ToArray();
        try
        {
            AttestationException.Require(builds, "the certificate leads to no configured root, or is not valid now");
            // The last is a root: it counts because it stands in the directory, not for its signature.
            AttestationException.Require(way.SkipLast(1).All(c => !BrokenSignatures.Contains(c.SignatureAlgorithm.Value)), "a certificate is signed with SHA-1 or MD5");
        }
        finally
        {
            foreach (var certificate in way) certificate.Dispose();
        }
    }

    private static ConfigurationException Bad(string path, string what) =>
        new($"Identity:Passkeys:AttestationRoots: {path} {what}. Keep in that directory only the root certificates (PEM or DER) of the authenticators' makers.");
}
