using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pynomaly.Identity.Users.Attestation;

/// <summary>"tpm": a trusted platform module, as behind Windows Hello. Web Authentication Level 3 §8.3.</summary>
internal sealed class TpmFormat : IAttestationFormat
{
    /// <inheritdoc/>
    public string Name => "tpm";

    /// <inheritdoc/>
    public bool CoversModel => true;

    /// <inheritdoc/>
    public IReadOnlyList<X509Certificate2> Verify(AttestationObject attestation, ReadOnlySpan<byte> clientDataHash)
    {
        // 1. The statement has ver, alg, x5c, sig, certInfo and pubArea.
        var statement = attestation.Statement;
        AttestationException.Require(statement.Version == "2.0", "the TPM's version is not 2.0");
        var algorithm = CoseAlgorithm.Require(statement.Algorithm);
        if (statement is not { Certificates: { } certificates, Signature: { } signature, CertInfo: { } certInfo, PubArea: { } pubArea })
            throw new AttestationException("the statement lacks x5c, sig, certInfo or pubArea");

        // 2. pubArea is the credential's key.
        var area = TpmPublicArea.Read(pubArea);
        using var areaKey = area.Open();
        using var credential = attestation.Data.PublicKey.Open();
        AttestationException.Require(areaKey.IsSameAs(credential), "pubArea is not the credential's key");

        // 3. and 4. certInfo was made by a TPM, for this registration, about this key.
        var info = TpmCertifyInfo.Read(certInfo);
        var expected = CryptographicOperations.HashData(algorithm.Hash, attestation.SignedBytes(clientDataHash));
        AttestationException.Require(info.ExtraData.SequenceEqual(expected), "certInfo is not about this registration");
        AttestationException.Require(info.Name.SequenceEqual(area.NameOf(pubArea)), "certInfo is not about this key");

        // 5. The attestation identity key signs it.
        using var key = VerificationKey.Of(certificates[0]);
        AttestationException.Require(key.Verifies(algorithm, certInfo, signature), "the signature is not the attestation key's");
        TpmCertificate.Require(certificates[0]);
        AttestationCertificates.RequireModel(certificates[0], attestation.Data.Aaguid.Span);
        return certificates;
    }
}
