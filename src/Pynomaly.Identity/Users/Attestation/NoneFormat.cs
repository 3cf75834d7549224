using System.Security.Cryptography.X509Certificates;

namespace Pynomaly.Identity.Users.Attestation;

/// <summary>"none": the authenticator says nothing about itself. Web Authentication Level 3 §8.7.</summary>
internal sealed class NoneFormat : IAttestationFormat
{
    /// <inheritdoc/>
    public string Name => "none";

    /// <inheritdoc/>
    public bool CoversModel => true;

    /// <inheritdoc/>
    public IReadOnlyList<X509Certificate2> Verify(AttestationObject attestation, ReadOnlySpan<byte> clientDataHash)
    {
        AttestationException.Require(attestation.Statement.Count == 0, "the statement of \"none\" is not empty");
        return [];
    }
}
