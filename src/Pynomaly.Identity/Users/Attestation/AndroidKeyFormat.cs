using System.Security.Cryptography.X509Certificates;

namespace Pynomaly.Identity.Users.Attestation;

/// <summary>"android-key": a key in an Android device's keystore. Web Authentication Level 3 §8.4.</summary>
internal sealed class AndroidKeyFormat : IAttestationFormat
{
    /// <inheritdoc/>
    public string Name => "android-key";

    /// <inheritdoc/>
    public bool CoversModel => true;

    /// <inheritdoc/>
    public IReadOnlyList<X509Certificate2> Verify(AttestationObject attestation, ReadOnlySpan<byte> clientDataHash)
    {
        // 1. The statement has alg, sig and x5c.
        var statement = attestation.Statement;
        var algorithm = CoseAlgorithm.Require(statement.Algorithm);
        if (statement is not { Certificates: { } certificates, Signature: { } signature }) throw new AttestationException("the statement lacks x5c or sig");

        // 2. The first certificate's key signs.
        using var key = VerificationKey.Of(certificates[0]);
        AttestationException.Require(key.Verifies(algorithm, attestation.SignedBytes(clientDataHash), signature), "the signature is not the certificate's key's");

        // 3. That key is the credential's.
        using var credential = attestation.Data.PublicKey.Open();
        AttestationException.Require(key.IsSameAs(credential), "the certificate's key is not the credential's");

        var description = AndroidKeyDescription.Read(certificates[0]);

        // 4. The certificate was made for this registration.
        AttestationException.Require(description.Challenge.AsSpan().SequenceEqual(clientDataHash), "the certificate was made for another registration");

        // 5. The key is this app's alone. Only what the secure hardware enforces counts: what software says of itself proves nothing.
        AttestationException.Require(!description.IsForAllApplications, "the key is open to all applications");
        AttestationException.Require(description.Origin == AndroidKeyDescription.Generated, "the secure hardware did not generate the key");
        AttestationException.Require(description.Purposes.Contains(AndroidKeyDescription.Sign), "the secure hardware does not keep the key for signing");
        return certificates;
    }
}
