namespace Pynomaly.Identity.ResourceServer.Revocation;

/// <summary>The server answers nothing now, and says after which time it will (RFC 6585 §4, RFC 9110 §15.6.4).</summary>
internal sealed class AskLaterException(TimeSpan after) : Exception("it asks to be asked later")
{
    /// <summary>That time.</summary>
    public TimeSpan After { get; } = after;
}
