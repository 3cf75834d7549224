using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pynomaly.Identity.Users.Attestation;

/// <summary>"apple": Apple's anonymous attestation, a certificate made for this one credential. Web Authentication Level 3 §8.8.</summary>
internal sealed class AppleFormat : IAttestationFormat
{
    private const string NonceExtension = "1.2.840.113635.100.8.2";

    /// <inheritdoc/>
    public string Name => "apple";

    /// <inheritdoc/>
    public bool CoversModel => true;

    /// <inheritdoc/>
    public IReadOnlyList<X509Certificate2> Verify(AttestationObject attestation, ReadOnlySpan<byte> clientDataHash)
    {
        // 1. The statement has x5c.
        if (attestation.Statement.Certificates is not { } certificates) throw new AttestationException("the statement has no x5c");

        // 2. and 3. The nonce is the hash of authenticator data and client data.
        var nonce = SHA256.HashData(attestation.SignedBytes(clientDataHash));

        // 4. The certificate carries it.
        AttestationException.Require(NonceOf(certificates[0]).AsSpan().SequenceEqual(nonce), "the certificate was made for another registration");

        // 5. The certificate's key is the credential's.
        using var key = VerificationKey.Of(certificates[0]);
        using var credential = attestation.Data.PublicKey.Open();
        AttestationException.Require(key.IsSameAs(credential), "the certificate's key is not the credential's");
        return certificates;
    }

    /// <summary>SEQUENCE { [1] EXPLICIT OCTET STRING }.</summary>
    private static byte[] NonceOf(X509Certificate2 certificate)
    {
        var extension = AttestationCertificates.Find(certificate, NonceExtension) ?? throw new AttestationException("the certificate has no nonce");
        var reader = new AsnReader(extension.RawData, AsnEncodingRules.DER);
        var sequence = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        var nonce = sequence.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 1, isConstructed: true));
        sequence.ThrowIfNotEmpty();
        var value = nonce.ReadOctetString();
        nonce.ThrowIfNotEmpty();
        return value;
    }
}
