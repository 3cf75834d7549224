using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.SelfService;

/// <summary>An application that may use the person's account: by a remembered consent, by grants that live, or both.</summary>
public sealed record Connection
{
    /// <summary>The application.</summary>
    public required Application Application { get; init; }

    /// <summary>What it may do.</summary>
    public required IReadOnlyList<Scope> Scopes { get; init; }

    /// <summary>Claims that were allowed one by one.</summary>
    public IReadOnlyList<string> Claims { get; init; } = [];

    /// <summary>When it was first allowed.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it last got tokens; null when none of its grants lives any more.</summary>
    public DateTimeOffset? LastUsed { get; init; }

    /// <summary>How many grants live.</summary>
    public int Grants { get; init; }

    /// <summary>True when it keeps its access while the person is away.</summary>
    public bool IsOffline { get; init; }

    /// <summary>True when a consent is remembered, so that it is not asked for again.</summary>
    public bool IsRemembered { get; init; }
}
