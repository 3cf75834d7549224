using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService;

/// <summary>A claim that people may set about themselves. What is not in this table cannot be set, whatever a form or a body says.</summary>
/// <remarks>OpenID Connect Core §5.1. Left out: preferred_username, which people sign in with and others know them by, and email, which has to be proven.</remarks>
public sealed record ProfileClaim
{
    private const int Short = 200;
    private const int Long = 500;

    private ProfileClaim(string name, string scope, int maximumLength, Func<string, string?> check, Func<Account, string?> read, Func<UserProfile, string?, UserProfile> with)
    {
        (Name, Scope, MaximumLength, Check, Read, With) = (name, scope, maximumLength, check, read, with);
    }

    /// <summary>The claims, in the order of the page. Members of the address have the name "address." and their own.</summary>
    public static IReadOnlyList<ProfileClaim> All { get; } =
    [
        Of("name", Short, ProfileRules.Line, p => p.Name, (p, v) => p with { Name = v }),
        Of("given_name", Short, ProfileRules.Line, p => p.GivenName, (p, v) => p with { GivenName = v }),
        Of("middle_name", Short, ProfileRules.Line, p => p.MiddleName, (p, v) => p with { MiddleName = v }),
        Of("family_name", Short, ProfileRules.Line, p => p.FamilyName, (p, v) => p with { FamilyName = v }),
        Of("nickname", Short, ProfileRules.Line, p => p.Nickname, (p, v) => p with { Nickname = v }),
        Of("gender", Short, ProfileRules.Line, p => p.Gender, (p, v) => p with { Gender = v }),
        Of("birthdate", 10, ProfileRules.Birthdate, p => p.Birthdate, (p, v) => p with { Birthdate = v }),
        Of("picture", Long, ProfileRules.SecureAddress, p => p.Picture, (p, v) => p with { Picture = v }),
        Of("profile", Long, ProfileRules.WebAddress, p => p.Profile, (p, v) => p with { Profile = v }),
        Of("website", Long, ProfileRules.WebAddress, p => p.Website, (p, v) => p with { Website = v }),
        Of("locale", 35, ProfileRules.Language, p => p.Locale, (p, v) => p with { Locale = v }),
        Of("zoneinfo", 64, ProfileRules.TimeZone, p => p.Zoneinfo, (p, v) => p with { Zoneinfo = v }),
        new("phone_number", StandardScopes.Phone, 32, ProfileRules.Phone, a => a.PhoneNumber, (p, _) => p),
        OfAddress("street_address", ProfileRules.Text, a => a.StreetAddress, (a, v) => a with { StreetAddress = v }),
        OfAddress("postal_code", ProfileRules.Line, a => a.PostalCode, (a, v) => a with { PostalCode = v }),
        OfAddress("locality", ProfileRules.Line, a => a.Locality, (a, v) => a with { Locality = v }),
        OfAddress("region", ProfileRules.Line, a => a.Region, (a, v) => a with { Region = v }),
        OfAddress("country", ProfileRules.Line, a => a.Country, (a, v) => a with { Country = v }),
        OfAddress("formatted", ProfileRules.Text, a => a.Formatted, (a, v) => a with { Formatted = v }),
    ];

    /// <summary>The claim's name.</summary>
    public string Name { get; }

    /// <summary>The scope that shows it to clients.</summary>
    public string Scope { get; }

    /// <summary>Most characters (UTF-16) of its value.</summary>
    public int MaximumLength { get; }

    /// <summary>The value of an account.</summary>
    public Func<Account, string?> Read { get; }

    internal Func<UserProfile, string?, UserProfile> With { get; }

    private Func<string, string?> Check { get; }

    /// <summary>The claim of that name; null when there is none that people may set.</summary>
    public static ProfileClaim? Find(string name) => All.FirstOrDefault(claim => claim.Name == name);

    /// <summary>What is wrong with a value, as one word (<see cref="ProfileRules"/>); null when it may stand.</summary>
    public string? FindProblem(string value) => value.Length > MaximumLength ? ProfileRules.TooLong : Check(value);

    private static ProfileClaim Of(string name, int length, Func<string, string?> check, Func<UserProfile, string?> read, Func<UserProfile, string?, UserProfile> with) =>
        new(name, StandardScopes.Profile, length, check, account => read(account.Profile), with);

    private static ProfileClaim OfAddress(string name, Func<string, string?> check, Func<UserAddress, string?> read, Func<UserAddress, string?, UserAddress> with) =>
        new($"address.{name}", StandardScopes.Address, Long, check, account => account.Profile.Address is { } address ? read(address) : null,
            (profile, value) => profile with { Address = with(profile.Address ?? new UserAddress(), value) is var changed && changed == new UserAddress() ? null : changed });
}
