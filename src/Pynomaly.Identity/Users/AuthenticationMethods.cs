namespace Pynomaly.Identity.Users;

/// <summary>How a person was authenticated: the values of amr. RFC 8176 §2.</summary>
[Protocol.Specification("RFC 8176", "Authentication Method Reference Values")]
public static class AuthenticationMethods
{
    /// <summary>A password.</summary>
    public const string Password = "pwd";

    /// <summary>A code of an authenticator app, or a backup code.</summary>
    public const string OneTimeCode = "otp";

    /// <summary>A passkey that cannot leave its device.</summary>
    public const string HardwareKey = "hwk";

    /// <summary>A passkey that is synchronised between devices.</summary>
    public const string SoftwareKey = "swk";

    /// <summary>More than one factor.</summary>
    public const string MultipleFactors = "mfa";

    /// <summary>What is proven when one more method was; "mfa" comes with a second factor, and with a passkey, which is two by itself.</summary>
    internal static IReadOnlyList<string> With(IReadOnlyList<string> before, string method) =>
        method == Password ? [Password] : [.. before.Where(one => one != MultipleFactors).Append(method).Distinct(), MultipleFactors];
}
