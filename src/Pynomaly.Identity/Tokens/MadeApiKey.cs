namespace Pynomaly.Identity.Tokens;

/// <summary>A key that was made or rotated just now, with the only copy of it that there is.</summary>
/// <param name="Summary">What lists show of it.</param>
/// <param name="Key">The key: shown once, kept nowhere.</param>
public sealed record MadeApiKey(ApiKeySummary Summary, string Key)
{
    /// <summary>Names the key only.</summary>
    public override string ToString() => Summary.Id;
}
