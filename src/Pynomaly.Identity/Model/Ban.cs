namespace Pynomaly.Identity.Model;

/// <summary>A source that is refused for a while.</summary>
public sealed class Ban
{
    /// <summary>The address or network.</summary>
    public required string Source { get; init; }

    /// <summary>Why, in one word: "stuffing", "probing", "operator".</summary>
    public required string Reason { get; init; }

    /// <summary>How often in a row: doubles the time.</summary>
    public int Rounds { get; set; }

    /// <summary>Since when.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Until when.</summary>
    public DateTimeOffset Until { get; set; }
}
