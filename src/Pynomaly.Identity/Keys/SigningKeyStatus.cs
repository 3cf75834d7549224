namespace Pynomaly.Identity.Keys;

/// <summary>A signing key and its state at one moment: "pending" (published, not yet signing), "active", "retired" (published while its tokens live), "gone" or "revoked".</summary>
/// <param name="Kid">Key id.</param>
/// <param name="Algorithm">The JWS algorithm.</param>
/// <param name="State">The state.</param>
/// <param name="Created">When it was made, and published from.</param>
/// <param name="Activates">When it begins to sign, or began.</param>
/// <param name="Gone">When it ends to be published; null: not yet known.</param>
/// <param name="Revoked">When it was revoked.</param>
public sealed record SigningKeyStatus(
    string Kid, string Algorithm, string State, DateTimeOffset Created, DateTimeOffset Activates, DateTimeOffset? Gone, DateTimeOffset? Revoked)
{
    /// <summary>True while others are told of it.</summary>
    public bool IsPublished => State is "pending" or "active" or "retired";
}
