using System.Security.Cryptography.X509Certificates;

namespace Pynomaly.Identity.Users.Attestation;

/// <summary>"fido-u2f": security keys of the first kind. Web Authentication Level 3 §8.6.</summary>
internal sealed class FidoU2fFormat : IAttestationFormat
{
    private const int Es256 = -7;

    /// <inheritdoc/>
    public string Name => "fido-u2f";

    /// <inheritdoc/>
    /// <remarks>U2F knows no models: the signature leaves the AAGUID out, so whoever carries the message could write any there.</remarks>
    public bool CoversModel => false;

    /// <inheritdoc/>
    public IReadOnlyList<X509Certificate2> Verify(AttestationObject attestation, ReadOnlySpan<byte> clientDataHash)
    {
        // 1. The statement has x5c and sig.
        if (attestation.Statement is not { Certificates: { } certificates, Signature: { } signature }) throw new AttestationException("the statement lacks x5c or sig");

        // 2. Exactly one certificate, its key on P-256.
        AttestationException.Require(certificates.Count == 1, "x5c has more than one certificate");
        using var key = VerificationKey.Of(certificates[0]);
        AttestationException.Require(key.IsOnP256, "the certificate's key is not on P-256");

        // 3. and 4. The credential's key, as U2F writes it: an uncompressed point on P-256.
        if (attestation.Data.PublicKey is not { Algorithm.Number: Es256, Point: { Q: { X: { } x, Y: { } y } } }) throw new AttestationException("the credential is not on P-256");

        // 5. and 6. What a U2F key signs at registration.
        byte[] signed = [0x00, .. attestation.Data.RpIdHash.Span, .. clientDataHash, .. attestation.Data.CredentialId.Span, 0x04, .. x, .. y];
        AttestationException.Require(key.Verifies(CoseAlgorithm.Require(Es256), signed, signature), "the signature is not the attestation key's");
        return certificates;
    }
}
