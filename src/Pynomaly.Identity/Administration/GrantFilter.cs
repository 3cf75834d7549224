namespace Pynomaly.Identity.Administration;

/// <summary>Which grants a list shows; what is null does not narrow it.</summary>
public sealed record GrantFilter
{
    /// <summary>Those of this person.</summary>
    public string? UserId { get; init; }

    /// <summary>Those to this client.</summary>
    public string? ClientId { get; init; }

    /// <summary>Those made in this session.</summary>
    public string? SessionId { get; init; }

    /// <summary>Those with offline access only, or those without only.</summary>
    public bool? IsOffline { get; init; }

    /// <summary>True: those that ended or expired too.</summary>
    public bool All { get; init; }
}
