namespace Pynomaly.Identity.Tokens;

/// <summary>An API key that somebody wants to make: what they wrote.</summary>
public sealed record ApiKeyDraft
{
    /// <summary>The name: what it is for.</summary>
    public required string Name { get; init; }

    /// <summary>Permissions and patterns that it is cut to.</summary>
    public IReadOnlyList<string> Permissions { get; init; } = [];

    /// <summary>Addresses and networks that it may be used from; empty: from anywhere.</summary>
    public IReadOnlyList<string> AllowedAddresses { get; init; } = [];

    /// <summary>How long it lives; null: as long as the settings say.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>True: it never expires, where the settings admit that.</summary>
    public bool NeverExpires { get; init; }
}
