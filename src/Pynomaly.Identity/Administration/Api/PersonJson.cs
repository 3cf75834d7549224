using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>People in the bodies of the administration API.</summary>
internal static class PersonJson
{
    private const string Address = "address";
    private const string Part = "address.";

    /// <summary>The schema of a person in a list.</summary>
    public static JsonObject SummarySchema { get; } = ApiSchema.Object(
        "id:string username:string name?:string email?:email email_verified:boolean disabled:boolean locked_until?:date-time delete_after?:date-time second_factor:boolean roles:string[] created:date-time last_sign_in?:date-time");

    /// <summary>The schema of a reason for a permission.</summary>
    public static JsonObject ReasonSchema { get; } = ApiSchema.Object("kind:string source:string pattern:string");

    /// <summary>The schema of a permission with its reasons.</summary>
    public static JsonObject HeldSchema { get; } = ApiSchema.Object("permission:string", ("reasons", ApiSchema.Array(ReasonSchema)));

    /// <summary>The schema of a person as a whole.</summary>
    public static JsonObject DetailSchema { get; } = ApiSchema.Object(
        """
        id:string username:string email?:email email_verified:boolean phone_number_verified:boolean disabled:boolean locked_until?:date-time factors_locked_until?:date-time delete_after?:date-time
        has_password:boolean password_changed?:date-time backup_codes_left:integer roles:string[] may_be_changed:boolean created:date-time updated:date-time last_sign_in?:date-time
        """.ReplaceLineEndings(" "),
        ("profile", ProfileSchema("string")), ("factors", ApiSchema.Array(ApiSchema.Object("kind:string id:string name:string created:date-time last_used?:date-time"))), ("permissions", ApiSchema.Array(HeldSchema)));

    /// <summary>A person in a list.</summary>
    public static JsonObject Of(PersonSummary person) => AdminJson.Object(
        ("id", person.Id), ("username", person.UserName), ("name", person.Name), ("email", person.Email), ("email_verified", person.EmailVerified), ("disabled", person.IsDisabled),
        ("locked_until", person.LockedUntil), ("delete_after", person.DeleteAfter), ("second_factor", person.HasSecondFactor), ("roles", person.Roles), ("created", person.Created), ("last_sign_in", person.LastSignIn));

    /// <summary>A person as a whole.</summary>
    public static JsonObject Of(PersonDetails person) => AdminJson.Object(
        ("id", person.Account.Id), ("username", person.Account.UserName), ("email", person.Account.Email), ("email_verified", person.Account.EmailVerified),
        ("phone_number_verified", person.Account.PhoneNumberVerified), ("disabled", person.Account.IsDisabled), ("locked_until", person.LockedUntil), ("factors_locked_until", person.FactorsLockedUntil),
        ("delete_after", person.Account.DeleteAfter), ("has_password", person.HasPassword), ("password_changed", person.PasswordChanged), ("backup_codes_left", person.BackupCodes),
        ("roles", person.Account.Roles), ("may_be_changed", person.MayBeChanged), ("created", person.Created), ("updated", person.Account.Updated), ("last_sign_in", person.LastSignIn),
        ("profile", ProfileOf(person.Account)),
        ("factors", AdminJson.Array(person.Factors, factor => AdminJson.Object(("kind", factor.Kind), ("id", factor.Id), ("name", factor.Name), ("created", factor.Created), ("last_used", factor.LastUsed)))),
        ("permissions", AdminJson.Array(person.Permissions, Of)));

    /// <summary>A permission that is held.</summary>
    public static JsonObject Of(HeldPermission held) => AdminJson.Object(("permission", held.Permission), ("reasons", AdminJson.Array(held.Reasons, Of)));

    /// <summary>A reason.</summary>
    public static JsonObject Of(PermissionReason reason) => AdminJson.Object(("kind", reason.Kind), ("source", reason.Source), ("pattern", reason.Pattern));

    /// <summary>Somebody who has a role.</summary>
    public static JsonObject Of(Holder holder) => AdminJson.Object(("id", holder.Id), ("username", holder.UserName), ("email", holder.Email), ("disabled", holder.IsDisabled), ("roles", holder.Roles));

    /// <summary>Claims out of a body: by their OpenID Connect names, the address as an object; null takes one away.</summary>
    /// <exception cref="ApiProblem">It is no object, or a value is no text.</exception>
    public static IReadOnlyDictionary<string, string?> ClaimsOf(JsonObject body)
    {
        Dictionary<string, string?> claims = [];
        if (body["profile"] is not { } profile) return claims;
        if (profile is not JsonObject members) throw ApiProblem.Invalid(("profile", "no_object", "The profile is an object of claims"));
        foreach (var (name, value) in members)
        {
            if (name == Address && value is JsonObject address) foreach (var (part, text) in address) Take(Part + part, text);
            else if (name == Address && value is null) foreach (var claim in ProfileClaim.All.Where(claim => claim.Name.StartsWith(Part, StringComparison.Ordinal))) claims[claim.Name] = null;
            else Take(name, value);
        }

        return claims;

        void Take(string name, JsonNode? value) =>
            claims[name] = value is null ? null : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : throw ApiProblem.Invalid((name, ProfileRules.NoText, ProfileRules.Describe(ProfileRules.NoText)));
    }

    /// <summary>The schema of a profile; "string|null" where null takes a claim away.</summary>
    public static JsonObject ProfileSchema(string type)
    {
        string Members(IEnumerable<string> names) => string.Join(' ', names.Select(name => $"{name}?:{type}"));
        var names = ProfileClaim.All.Select(claim => claim.Name).ToLookup(name => name.StartsWith(Part, StringComparison.Ordinal));
        var schema = ApiSchema.Object(Members(names[false]));
        schema["properties"]![Address] = ApiSchema.Object(Members(names[true].Select(name => name[Part.Length..])));
        return schema;
    }

    private static JsonObject ProfileOf(Account account)
    {
        JsonObject body = [], address = [];
        foreach (var claim in ProfileClaim.All)
        {
            if (claim.Read(account) is not { } value) continue;
            if (claim.Name.StartsWith(Part, StringComparison.Ordinal)) address[claim.Name[Part.Length..]] = value;
            else body[claim.Name] = value;
        }

        if (address.Count > 0) body[Address] = address;
        return body;
    }
}
