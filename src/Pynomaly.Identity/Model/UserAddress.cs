namespace Pynomaly.Identity.Model;

/// <summary>The address claim. OpenID Connect Core §5.1.1.</summary>
public sealed record UserAddress
{
#pragma warning disable CS1591
    public string? Formatted { get; init; }
    public string? StreetAddress { get; init; }
    public string? Locality { get; init; }
    public string? Region { get; init; }
    public string? PostalCode { get; init; }
    public string? Country { get; init; }
#pragma warning restore CS1591
}
