namespace Pynomaly.Identity.ResourceServer.Challenges;

/// <summary>The schemes of the Authorization header that are answered here.</summary>
internal static class Schemes
{
    /// <summary>RFC 6750 §2.1.</summary>
    public const string Bearer = "Bearer";

    /// <summary>RFC 9449 §7.1.</summary>
    public const string DPoP = "DPoP";

    /// <summary>Ours: a key that is exchanged for a token.</summary>
    public const string ApiKey = "ApiKey";
}
