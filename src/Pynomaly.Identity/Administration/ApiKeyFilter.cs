namespace Pynomaly.Identity.Administration;

/// <summary>Which keys a list shows; what is null does not narrow it.</summary>
public sealed record ApiKeyFilter
{
    /// <summary>"person" or "service": whose.</summary>
    public string? Owner { get; init; }

    /// <summary>Those of this person.</summary>
    public string? UserId { get; init; }

    /// <summary>Those of this service.</summary>
    public string? ClientId { get; init; }

    /// <summary>"active", "expired" or "revoked".</summary>
    public string? State { get; init; }

    /// <summary>The beginning of the name, whatever its case, or of the id. What is found is in the order of the names.</summary>
    public string? Search { get; init; }

    /// <summary>Living ones that end before this.</summary>
    public DateTimeOffset? ExpiresBefore { get; init; }
}
