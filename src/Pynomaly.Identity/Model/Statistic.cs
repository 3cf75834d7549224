namespace Pynomaly.Identity.Model;

/// <summary>How often something happened in an hour: what the dashboard draws, counted from the audit trail once, so that it stays quick however long the trail is.</summary>
public sealed class Statistic
{
    /// <summary>The hour's first moment.</summary>
    public DateTimeOffset Hour { get; init; }

    /// <summary>The event's name.</summary>
    public required string Name { get; init; }

    /// <summary>How often.</summary>
    public long Count { get; set; }
}
