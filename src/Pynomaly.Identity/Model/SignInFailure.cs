namespace Pynomaly.Identity.Model;

/// <summary>A sign-in that failed, for an hour: how credential stuffing is found, on any number of nodes.</summary>
public sealed class SignInFailure
{
    /// <summary>Order of entry.</summary>
    public long Sequence { get; init; }

    /// <summary>The address or network it came from.</summary>
    public required string Source { get; init; }

    /// <summary>Keyed hash of the name that was tried, whether it exists or not.</summary>
    public required string Account { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset At { get; init; }
}
