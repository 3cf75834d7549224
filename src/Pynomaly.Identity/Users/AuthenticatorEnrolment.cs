namespace Pynomaly.Identity.Users;

/// <summary>An authenticator app that is about to be added: shown once, active only after its first code.</summary>
/// <param name="Handle">Names the enrolment in the form.</param>
/// <param name="Key">The seed in Base32, for typing.</param>
/// <param name="Uri">The otpauth address, for the QR code.</param>
public sealed record AuthenticatorEnrolment(string Handle, string Key, string Uri)
{
    /// <inheritdoc />
    public override string ToString() => nameof(AuthenticatorEnrolment); // the seed does not belong in a log
}
