using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pynomaly.Identity.Users.Attestation;

/// <summary>A public key to verify with, of a credential or of a certificate.</summary>
internal sealed class VerificationKey : IDisposable
{
    private const string P256 = "1.2.840.10045.3.1.7", P384 = "1.3.132.0.34", P521 = "1.3.132.0.35";

    private readonly ECDsa? ecdsa;
    private readonly RSA? rsa;

    private VerificationKey(ECDsa? ecdsa, RSA? rsa)
    {
        this.ecdsa = ecdsa;
        this.rsa = rsa;
    }

    private string? Curve => ecdsa?.ExportParameters(includePrivateParameters: false).Curve is { IsNamed: true } curve ? curve.Oid.Value : null;

    /// <summary>The key of a certificate: EC on P-256, P-384 or P-521, or RSA of 2048 to 4096 bits.</summary>
    public static VerificationKey Of(X509Certificate2 certificate)
    {
        var key = new VerificationKey(certificate.GetECDsaPublicKey(), certificate.GetRSAPublicKey());
        if (key.rsa?.KeySize is >= 2048 and <= 4096 || key.Curve is P256 or P384 or P521) return key;
        key.Dispose();
        throw new AttestationException("the certificate's key is of a kind that does not count");
    }

    /// <summary>A key of its numbers; refuses a point that is not on its curve.</summary>
    public static VerificationKey Create(ECParameters? point, RSAParameters? modulus) =>
        point is { } ec ? new VerificationKey(ECDsa.Create(ec), null) : new VerificationKey(null, RSA.Create(modulus!.Value));

    /// <summary>True when the signature is this key's, made with this algorithm, over these bytes.</summary>
    public bool Verifies(CoseAlgorithm algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (algorithm.Padding is { } padding) return rsa is not null && rsa.VerifyData(data, signature, algorithm.Hash, padding);
        // WebAuthn Level 3 §6.5.5: ECDSA signatures are ASN.1 DER.
        return ecdsa is not null && ecdsa.VerifyData(data, signature, algorithm.Hash, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>True when both are the same key.</summary>
    public bool IsSameAs(VerificationKey other) => ExportInfo().AsSpan().SequenceEqual(other.ExportInfo());

    /// <summary>True when it is an EC key on P-256.</summary>
    public bool IsOnP256 => Curve == P256;

    /// <inheritdoc/>
    public void Dispose()
    {
        ecdsa?.Dispose();
        rsa?.Dispose();
    }

    private byte[] ExportInfo() => ecdsa?.ExportSubjectPublicKeyInfo() ?? rsa!.ExportSubjectPublicKeyInfo();
}
