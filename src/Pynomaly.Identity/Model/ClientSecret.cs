namespace Pynomaly.Identity.Model;

/// <summary>One stored client secret: a SHA-256 of a generated value, never the value. Several may overlap while one is rotated.</summary>
/// <param name="Hash">Base64url of SHA-256 over the secret's UTF-8 bytes.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Expires">When it ends to count; null: never.</param>
public sealed record ClientSecret(string Hash, DateTimeOffset Created, DateTimeOffset? Expires)
{
    /// <summary>True while it counts.</summary>
    public bool IsActive(DateTimeOffset now) => Expires is null || Expires > now;
}
