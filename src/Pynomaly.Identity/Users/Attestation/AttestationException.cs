namespace Pynomaly.Identity.Users.Attestation;

/// <summary>A statement is not what its format asks for. Never leaves <see cref="AttestationVerifier"/>.</summary>
internal sealed class AttestationException(string reason) : Exception(reason)
{
    /// <summary>Ends the verification unless the condition holds.</summary>
    public static void Require(bool condition, string reason)
    {
        if (!condition) throw new AttestationException(reason);
    }
}
