namespace Pynomaly.Identity.Administration;

/// <summary>What a person allowed a client in one sign-in, as operators see it. With offline access it is the refresh family too.</summary>
public sealed record GrantSummary
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>Who granted.</summary>
    public required string UserId { get; init; }

    /// <summary>Their name.</summary>
    public required string UserName { get; init; }

    /// <summary>To which client.</summary>
    public required string ClientId { get; init; }

    /// <summary>In which session.</summary>
    public required string? SessionId { get; init; }

    /// <summary>The scopes granted.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The resource indicators granted; none: all that the scopes lead to.</summary>
    public required IReadOnlyList<string> Resources { get; init; }

    /// <summary>True when refresh tokens go with it.</summary>
    public required bool IsOffline { get; init; }

    /// <summary>The generation of the refresh token that is current.</summary>
    public required long Generation { get; init; }

    /// <summary>Access tokens issued so far.</summary>
    public required long TokensIssued { get; init; }

    /// <summary>Authentication context class of the sign-in behind it.</summary>
    public required string Acr { get; init; }

    /// <summary>When the person had proved who they are.</summary>
    public required DateTimeOffset AuthTime { get; init; }

    /// <summary>When it was granted.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it was last used.</summary>
    public required DateTimeOffset LastUsed { get; init; }

    /// <summary>When it ends, however often it is used.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>When it was ended before its time; null: it was not.</summary>
    public required DateTimeOffset? Ended { get; init; }

    /// <summary>Why.</summary>
    public required string? EndReason { get; init; }

    /// <summary>"active", "idle" (its refresh token was not used for too long), "expired" or "ended".</summary>
    public required string State { get; init; }

    /// <summary>The jtis of its access tokens that may still live, newest first; null in a list.</summary>
    public IReadOnlyList<string>? LivingTokens { get; init; }
}
