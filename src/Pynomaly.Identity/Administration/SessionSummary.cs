namespace Pynomaly.Identity.Administration;

/// <summary>A browser session of somebody, as operators see it.</summary>
public sealed record SessionSummary
{
    /// <summary>The id: the claim sid.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required string UserId { get; init; }

    /// <summary>Their name.</summary>
    public required string UserName { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When the person last proved who they are.</summary>
    public required DateTimeOffset AuthTime { get; init; }

    /// <summary>When it was last used, to the minute.</summary>
    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>When it ends whatever is done.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>When it was ended before its time; null: it was not.</summary>
    public required DateTimeOffset? Ended { get; init; }

    /// <summary>Authentication context class.</summary>
    public required string Acr { get; init; }

    /// <summary>How the person proved who they are.</summary>
    public required IReadOnlyList<string> Amr { get; init; }

    /// <summary>The browser.</summary>
    public required string? UserAgent { get; init; }

    /// <summary>The address it began at.</summary>
    public required string? Address { get; init; }

    /// <summary>"active", "idle" (ended by not being used), "expired" or "ended".</summary>
    public required string State { get; init; }

    /// <summary>The living grants made in it; null in a list.</summary>
    public IReadOnlyList<GrantSummary>? Grants { get; init; }
}
