namespace Pynomaly.Identity.Model;

/// <summary>The standard claims about a person that are not credentials. OpenID Connect Core §5.1; absent values are left out of answers.</summary>
public sealed record UserProfile
{
#pragma warning disable CS1591 // the names are the claims of OpenID Connect Core 5.1
    public string? Name { get; init; }
    public string? GivenName { get; init; }
    public string? FamilyName { get; init; }
    public string? MiddleName { get; init; }
    public string? Nickname { get; init; }
    public string? Profile { get; init; }
    public string? Picture { get; init; }
    public string? Website { get; init; }
    public string? Gender { get; init; }
    public string? Birthdate { get; init; }
    public string? Zoneinfo { get; init; }
    public string? Locale { get; init; }
    public UserAddress? Address { get; init; }
#pragma warning restore CS1591
}
