namespace Pynomaly.Identity.Model;

/// <summary>A place on a Token Status List, and the token that has it: what is needed to say whether it was ended.</summary>
public sealed class StatusEntry
{
    /// <summary>The list.</summary>
    public long List { get; init; }

    /// <summary>The place, which was drawn by lot.</summary>
    public long Place { get; init; }

    /// <summary>The token.</summary>
    public required string Jti { get; init; }

    /// <summary>Its client: a cut-off ends all of a client's.</summary>
    public required string ClientId { get; init; }

    /// <summary>The key that signed it: likewise.</summary>
    public required string Kid { get; init; }

    /// <summary>When it was issued.</summary>
    public DateTimeOffset Issued { get; init; }
}
