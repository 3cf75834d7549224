namespace Pynomaly.Identity.Administration.Review;

/// <summary>The profiles that clients are scored against.</summary>
public static class PostureProfiles
{
    /// <summary>Best Current Practice for OAuth 2.0 Security.</summary>
    public const string BestPractice = "RFC 9700";

    /// <summary>The OAuth 2.1 draft.</summary>
    public const string OAuth21 = "OAuth 2.1";

    /// <summary>FAPI 2.0 Security Profile: for what moves money. Most clients need not meet it.</summary>
    public const string Fapi2 = "FAPI 2.0";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [BestPractice, OAuth21, Fapi2];
}
