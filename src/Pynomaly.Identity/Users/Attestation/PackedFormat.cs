using System.Security.Cryptography.X509Certificates;

namespace Pynomaly.Identity.Users.Attestation;

/// <summary>"packed": security keys and most others. Web Authentication Level 3 §8.2.</summary>
/// <remarks>Left out: the serial numbers of enterprise attestation (§8.2.2); nothing here asks for them.</remarks>
internal sealed class PackedFormat : IAttestationFormat
{
    /// <inheritdoc/>
    public string Name => "packed";

    /// <inheritdoc/>
    public bool CoversModel => true;

    /// <inheritdoc/>
    public IReadOnlyList<X509Certificate2> Verify(AttestationObject attestation, ReadOnlySpan<byte> clientDataHash)
    {
        // 1. The statement has alg and sig, and x5c unless it is self attestation.
        var statement = attestation.Statement;
        if (statement.Signature is not { } signature) throw new AttestationException("the statement has no sig");
        var algorithm = CoseAlgorithm.Require(statement.Algorithm);
        var signed = attestation.SignedBytes(clientDataHash);

        // 3. Self attestation: the credential signs for itself, with its own algorithm.
        if (statement.Certificates is not { } certificates)
        {
            AttestationException.Require(algorithm == attestation.Data.PublicKey.Algorithm, "alg is not the credential's algorithm");
            using var own = attestation.Data.PublicKey.Open();
            AttestationException.Require(own.Verifies(algorithm, signed, signature), "the signature is not the credential's");
            return [];
        }

        // 2. The attestation key signs.
        using var key = VerificationKey.Of(certificates[0]);
        AttestationException.Require(key.Verifies(algorithm, signed, signature), "the signature is not the attestation key's");
        AttestationCertificates.RequirePacked(certificates[0]);
        AttestationCertificates.RequireModel(certificates[0], attestation.Data.Aaguid.Span);
        return certificates;
    }
}
