namespace Pynomaly.Identity.Abuse;

/// <summary>Why a source is banned, in the words of the table, the log and the command line.</summary>
internal static class BanReasons
{
    /// <summary>It failed to sign in with too many names.</summary>
    public const string Stuffing = "stuffing";

    /// <summary>It looked for holes.</summary>
    public const string Probing = "probing";

    /// <summary>Somebody said so.</summary>
    public const string Operator = "operator";
}
