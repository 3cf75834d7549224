using System.Text.Json;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Tokens;

/// <summary>The claims about a person that scopes and the claims parameter ask for (OpenID Connect Core §5.1, §5.4, §5.5).</summary>
public static class UserClaims
{
    // One line a claim: its scope, its name, its value. An absent value is left out, never null or empty (§5.3.2).
    private static readonly (string Scope, string Name, Func<Account, object?> Value)[] Known =
    [
        (StandardScopes.Profile, "name", a => a.Profile.Name),
        (StandardScopes.Profile, "given_name", a => a.Profile.GivenName),
        (StandardScopes.Profile, "family_name", a => a.Profile.FamilyName),
        (StandardScopes.Profile, "middle_name", a => a.Profile.MiddleName),
        (StandardScopes.Profile, "nickname", a => a.Profile.Nickname),
        (StandardScopes.Profile, "preferred_username", a => a.UserName),
        (StandardScopes.Profile, "profile", a => a.Profile.Profile),
        (StandardScopes.Profile, "picture", a => a.Profile.Picture),
        (StandardScopes.Profile, "website", a => a.Profile.Website),
        (StandardScopes.Profile, "gender", a => a.Profile.Gender),
        (StandardScopes.Profile, "birthdate", a => a.Profile.Birthdate),
        (StandardScopes.Profile, "zoneinfo", a => a.Profile.Zoneinfo),
        (StandardScopes.Profile, "locale", a => a.Profile.Locale),
        (StandardScopes.Profile, "updated_at", a => a.Updated.ToUnixTimeSeconds()),
        (StandardScopes.Email, "email", a => a.Email),
        (StandardScopes.Email, "email_verified", a => a.Email is null ? null : a.EmailVerified),
        (StandardScopes.Address, "address", a => Address(a)),
        (StandardScopes.Phone, "phone_number", a => a.PhoneNumber),
        (StandardScopes.Phone, "phone_number_verified", a => a.PhoneNumber is null ? null : a.PhoneNumberVerified),
    ];

    /// <summary>The names this server can answer, for discovery.</summary>
    public static IReadOnlyList<string> Supported { get; } =
        ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash", .. Known.Select(claim => claim.Name)];

    /// <summary>Whether the claim says something about the person, which the person must have allowed.</summary>
    internal static bool IsPersonal(string name) => Known.Any(claim => claim.Name == name);

    /// <summary>Claim names and values for UserInfo: those of the scopes and those asked for one by one; sub is always among them.</summary>
    public static IReadOnlyDictionary<string, object> ForUserInfo(Account account, IReadOnlyCollection<string> scopes, ClaimsRequest? request)
    {
        var claims = Collect(account, scopes, request?.UserInfo ?? []);
        claims["sub"] = account.Id;
        return claims;
    }

    /// <summary>Claims for the ID token: only those asked for one by one, since the access token opens UserInfo (§5.4).</summary>
    internal static IReadOnlyDictionary<string, object> ForIdToken(Account account, ClaimsRequest? request) => Collect(account, [], request?.IdToken ?? []);

    internal static void Write(Utf8JsonWriter json, IReadOnlyDictionary<string, object> claims)
    {
        foreach (var (name, value) in claims)
        {
            json.WritePropertyName(name);
            switch (value)
            {
                case string text: json.WriteStringValue(text); break;
                case bool flag: json.WriteBooleanValue(flag); break;
                case long number: json.WriteNumberValue(number); break;
                case IReadOnlyDictionary<string, object> nested:
                    json.WriteStartObject();
                    Write(json, nested);
                    json.WriteEndObject();
                    break;
                default: throw new InvalidOperationException($"The claim {name} has a value of an unknown kind.");
            }
        }
    }

    private static Dictionary<string, object> Collect(Account account, IReadOnlyCollection<string> scopes, IReadOnlyList<RequestedClaim> requested)
    {
        Dictionary<string, object> claims = [];
        foreach (var (scope, name, value) in Known)
        {
            if (!scopes.Contains(scope) && !requested.Any(claim => claim.Name == name)) continue;
            if (value(account) is { } found and not "") claims[name] = found;
        }

        return claims;
    }

    private static Dictionary<string, object>? Address(Account account)
    {
        if (account.Profile.Address is not { } address) return null;
        Dictionary<string, object> parts = [];
        void Add(string name, string? part)
        {
            if (!string.IsNullOrEmpty(part)) parts[name] = part;
        }

        Add("formatted", address.Formatted);
        Add("street_address", address.StreetAddress);
        Add("locality", address.Locality);
        Add("region", address.Region);
        Add("postal_code", address.PostalCode);
        Add("country", address.Country);
        return parts.Count == 0 ? null : parts;
    }
}
