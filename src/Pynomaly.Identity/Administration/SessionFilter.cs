namespace Pynomaly.Identity.Administration;

/// <summary>Which sessions a list shows; what is null does not narrow it.</summary>
public sealed record SessionFilter
{
    /// <summary>Those of this person.</summary>
    public string? UserId { get; init; }

    /// <summary>Those in which this client was granted something.</summary>
    public string? ClientId { get; init; }

    /// <summary>Those that began at this address.</summary>
    public string? Address { get; init; }

    /// <summary>True: those that ended or expired too.</summary>
    public bool All { get; init; }
}
