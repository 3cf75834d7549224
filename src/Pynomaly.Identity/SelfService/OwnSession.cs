namespace Pynomaly.Identity.SelfService;

/// <summary>A living session as its person sees it.</summary>
public sealed record OwnSession
{
    /// <summary>The id: the claim sid.</summary>
    public required string Id { get; init; }

    /// <summary>True for the one that asks.</summary>
    public required bool IsCurrent { get; init; }

    /// <summary>The browser's User-Agent.</summary>
    public string? UserAgent { get; init; }

    /// <summary>The address it began at.</summary>
    public string? Address { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When the person last proved who they are.</summary>
    public required DateTimeOffset AuthTime { get; init; }

    /// <summary>When it was last used, to the minute.</summary>
    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>When it ends whatever is done.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>When its browser was first met; null when that is not known.</summary>
    public DateTimeOffset? DeviceFirstSeen { get; init; }
}
