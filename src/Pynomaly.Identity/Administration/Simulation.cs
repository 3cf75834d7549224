namespace Pynomaly.Identity.Administration;

/// <summary>What the token endpoint would answer now, and why. Nothing was issued.</summary>
public sealed record Simulation
{
    /// <summary>The error that would be answered; null: there would be a token.</summary>
    public string? Error { get; init; }

    /// <summary>The error in a sentence.</summary>
    public string? ErrorDescription { get; init; }

    /// <summary>The scopes of the token.</summary>
    public string Scope { get; init; } = string.Empty;

    /// <summary>The audiences of the token.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>Its lifetime in seconds.</summary>
    public int Lifetime { get; init; }

    /// <summary>Its claims as JSON, written by what writes real ones; jti, sid and grant_id are made up.</summary>
    public string? Claims { get; init; }

    /// <summary>How many bytes the token would have.</summary>
    public int Bytes { get; init; }

    /// <summary>How many it may have before the server warns.</summary>
    public int Budget { get; init; }

    /// <summary>Every permission of the catalogue: in or out, and why.</summary>
    public IReadOnlyList<SimulatedPermission> Permissions { get; init; } = [];

    /// <summary>Whether the person would be asked for a second factor, or for consent; null for a client.</summary>
    public bool? NeedsSecondFactor { get; init; }
}
