namespace Pynomaly.Identity.Users;

/// <summary>How well a person was authenticated: the values of acr, weakest first. OpenID Connect Core §2; "phr" as in OpenID Connect Extended Authentication Profile ACR Values §2.</summary>
public static class AuthenticationLevels
{
    /// <summary>A password alone.</summary>
    public const string Password = "pwd";

    /// <summary>Two factors.</summary>
    public const string TwoFactors = "mfa";

    /// <summary>Phishing-resistant: a passkey that verified the person.</summary>
    public const string PhishingResistant = "phr";

    /// <summary>All of them, weakest first.</summary>
    public static IReadOnlyList<string> All { get; } = [Password, TwoFactors, PhishingResistant];

    /// <summary>Whether one level is at least as strong as another. An unknown level is met by none.</summary>
    public static bool Meets(string level, string wanted) => Rank(wanted) is var most and >= 0 && Rank(level) >= most;

    /// <summary>The level that the methods make.</summary>
    internal static string Of(IReadOnlyList<string> amr) =>
        amr.Contains(AuthenticationMethods.HardwareKey) || amr.Contains(AuthenticationMethods.SoftwareKey) ? PhishingResistant
        : amr.Contains(AuthenticationMethods.MultipleFactors) ? TwoFactors : Password;

    private static int Rank(string level) => level switch { Password => 0, TwoFactors => 1, PhishingResistant => 2, _ => -1 };
}
