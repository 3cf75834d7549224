namespace Pynomaly.Identity.Administration;

/// <summary>Which clients a list shows, and in which order; what is null does not narrow it.</summary>
public sealed record ClientFilter
{
    /// <summary>Part of the identifier or of the name, whatever its case.</summary>
    public string? Search { get; init; }

    /// <summary>One of <see cref="ClientPurposes"/>.</summary>
    public string? Purpose { get; init; }

    /// <summary>Those that may ask for this scope.</summary>
    public string? Scope { get; init; }

    /// <summary>Enabled ones only, or disabled ones only.</summary>
    public bool? IsEnabled { get; init; }

    /// <summary>Self-registered ones only, or the others only.</summary>
    public bool? IsSelfRegistered { get; init; }

    /// <summary>Those whose last secret ends before this.</summary>
    public DateTimeOffset? SecretEndsBefore { get; init; }

    /// <summary>"client_id", "name", or "created": newest first.</summary>
    public string Order { get; init; } = "client_id";
}
