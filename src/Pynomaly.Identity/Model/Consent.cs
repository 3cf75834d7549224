namespace Pynomaly.Identity.Model;

/// <summary>What a person has allowed a client once and need not be asked again.</summary>
public sealed class Consent
{
    /// <summary>Who allowed.</summary>
    public required string UserId { get; init; }

    /// <summary>Which client.</summary>
    public required string ClientId { get; init; }

    /// <summary>Scopes, separated by blanks.</summary>
    public required string Scope { get; set; }

    /// <summary>Resource indicators, separated by blanks.</summary>
    public string Resource { get; set; } = string.Empty;

    /// <summary>Claims asked for one by one (OpenID Connect Core §5.5), separated by blanks.</summary>
    public string Claims { get; set; } = string.Empty;

    /// <summary>When it was first given.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When it was last widened.</summary>
    public DateTimeOffset Updated { get; set; }
}
