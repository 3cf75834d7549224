using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pynomaly.Identity.Users.Attestation;

/// <summary>A public key to verify with, of a credential or of a certificate.</summary>
internal sealed class VerificationKey : IDisposable
{
    private readonly ECDsa? ecdsa;
    private readonly RSA? rsa;

    private VerificationKey(ECDsa? ecdsa, RSA? rsa)
    {
        this.ecdsa = ecdsa;
        this.rsa = rsa;
    }

    /// <summary>The key of a certificate: EC on a named curve, or RSA of 2048 to 4096 bits.</summary>
    public static VerificationKey Of(X509Certificate2 certificate)
    {
        if (certificate.GetECDsaPublicKey() is { } ecdsa) return new VerificationKey(ecdsa, null);
        if (certificate.GetRSAPublicKey() is not { } rsa) throw new AttestationException("the certificate's key is neither EC nor RSA");
        if (rsa.KeySize is >= 2048 and <= 4096) return new VerificationKey(null, rsa);
        rsa.Dispose();
        throw new AttestationException("the certificate's RSA key has a wrong length");
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
    public bool IsOnP256 => ecdsa?.ExportParameters(includePrivateParameters: false).Curve is { IsNamed: true, Oid.Value: "1.2.840.10045.3.1.7" };

    /// <inheritdoc/>
    public void Dispose()
    {
        ecdsa?.Dispose();
        rsa?.Dispose();
    }

    private byte[] ExportInfo() => ecdsa?.ExportSubjectPublicKeyInfo() ?? rsa!.ExportSubjectPublicKeyInfo();
}
