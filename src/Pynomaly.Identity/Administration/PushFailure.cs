namespace Pynomaly.Identity.Administration;

/// <summary>Why a receiver did not take an event.</summary>
internal sealed record PushFailure(string Reason)
{
    /// <summary>It was read and refused, this event and no other (RFC 8935 §2.3): to send it again and again holds up those after it.</summary>
    public bool IsRefusal { get; init; }
}
