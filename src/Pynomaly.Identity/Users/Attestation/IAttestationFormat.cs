using System.Security.Cryptography.X509Certificates;

namespace Pynomaly.Identity.Users.Attestation;

/// <summary>An attestation statement format: its name and its verification procedure (Web Authentication Level 3 §6.5.2).</summary>
internal interface IAttestationFormat
{
    /// <summary>The registered identifier, compared exactly.</summary>
    string Name { get; }

    /// <summary>True when what is signed includes the authenticator's model (AAGUID).</summary>
    bool CoversModel { get; }

    /// <summary>Runs the procedure and gives the trust path: the certificates of x5c, or none for a statement that no certificate stands behind.</summary>
    /// <exception cref="AttestationException">The statement is not correct.</exception>
    IReadOnlyList<X509Certificate2> Verify(AttestationObject attestation, ReadOnlySpan<byte> clientDataHash);
}
