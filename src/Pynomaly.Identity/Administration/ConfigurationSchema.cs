using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration;

/// <summary>The JSON Schema of configuration files, for editors: made of the members that the readers know. JSON Schema 2020-12.</summary>
internal static class ConfigurationSchema
{
    private const string Reference = "The value itself, env:NAME or file:PATH (relative to this file).";

    /// <summary>What each member says; every member that a reader knows stands here, which a test holds.</summary>
    internal static readonly Dictionary<string, Dictionary<string, string>> Members = new(StringComparer.Ordinal)
    {
        ["applications"] = new(StringComparer.Ordinal)
        {
            ["client_id"] = "The client identifier; it never changes.",
            ["client_secret"] = $"A secret of at least 128 bits. {Reference}",
            ["enabled"] = "False: the client is refused everywhere, and its tokens end.",
            ["client_name"] = "Name shown to people.",
            ["redirect_uris"] = "Where answers may be sent, compared as exact texts.",
            ["post_logout_redirect_uris"] = "Where a logout may return to, compared as exact texts.",
            ["grant_types"] = "Grant types that the client may use.",
            ["response_types"] = "Response types that the client may use.",
            ["token_endpoint_auth_method"] = "How the client proves who it is.",
            ["token_endpoint_auth_signing_alg"] = "Algorithm of client assertions; absent: ES256, PS256 and RS256.",
            ["scope"] = "Scopes that the client may ask for, separated by blanks.",
            ["permissions"] = "Permissions or patterns of them that the client itself holds, and the most it may ask for on behalf of people.",
            ["consent"] = "explicit asks the person; implicit is for the operator's own clients.",
            ["jwks"] = "The client's public keys; never together with jwks_uri.",
            ["jwks_uri"] = "Where the client's public keys are fetched from.",
            ["id_token_signed_response_alg"] = "Algorithm of ID tokens.",
            ["introspection_signed_response_alg"] = "Algorithm of signed introspection answers; absent: RS256.",
            ["userinfo_signed_response_alg"] = "Algorithm of signed UserInfo answers; absent: JSON.",
            ["access_token_signed_response_alg"] = "Algorithm of access tokens; absent: the server's.",
            ["client_uri"] = "The client's page, shown at consent.",
            ["logo_uri"] = "Its logo, https only.",
            ["accent_color"] = "Colour of buttons and links on pages that the client sends people to, #rrggbb.",
            ["policy_uri"] = "Its privacy policy.",
            ["tos_uri"] = "Its terms of service.",
            ["contacts"] = "Who to write to.",
            ["require_pkce"] = "False exempts a confidential client from PKCE.",
            ["require_pushed_authorization_requests"] = "True admits only pushed requests (RFC 9126).",
            ["dpop_bound_access_tokens"] = "True issues only DPoP-bound tokens (RFC 9449).",
            ["default_max_age"] = "max_age when the request names none, in seconds.",
            ["require_second_factor"] = "True: people come to this client only with a second factor or a passkey.",
            ["access_token_lifetime"] = "Lifetime of access tokens in seconds; absent: the server's.",
            ["refresh_retry_window"] = "Seconds in which the direct parent of a refresh token may be presented again; 0 is strict; absent: the server's.",
            ["allow_localhost_redirect"] = "True lets other ports of http://localhost pass as loopback redirects.",
            ["allow_token_endpoint_audience"] = "True also accepts the token endpoint's address as audience of client assertions.",
            ["status_list"] = "True gives each access token a place on a Token Status List, at the price of a row for each.",
            ["introspect_all"] = "True lets the client introspect tokens of any audience.",
            ["resources"] = "Audiences of APIs that this client is the resource server of.",
        },
        ["scopes"] = new(StringComparer.Ordinal)
        {
            ["name"] = "The scope token.",
            ["display_name"] = "Shown at consent; absent shows the name.",
            ["description"] = "One sentence for the person at consent.",
            ["resources"] = "Audiences of tokens with this scope: absolute addresses.",
            ["permissions"] = "Permissions or patterns of them that it covers; absent: all of its APIs.",
        },
        ["roles"] = new(StringComparer.Ordinal)
        {
            ["name"] = "The role's name, as tokens carry it.",
            ["description"] = "One sentence for administrators.",
            ["permissions"] = "Permissions or patterns of them that the role grants: verb:resource, either may be *.",
            ["require_second_factor"] = "True: who has this role signs in with a second factor or a passkey only.",
        },
        ["permissions"] = new(StringComparer.Ordinal)
        {
            ["name"] = "verb:resource, for example read:detectors.",
            ["description"] = "One sentence for people.",
            ["resource"] = "The audience of the API it belongs to.",
        },
        ["webhooks"] = new(StringComparer.Ordinal)
        {
            ["name"] = "What it is for; it is known by its name.",
            ["url"] = "Where entries of the audit trail are posted to: https.",
            ["events"] = "Names of events; absent: all.",
            ["enabled"] = "False: nothing is sent, and nothing is lost.",
            ["secret"] = $"The key of the signatures: whsec_ and 24 to 64 random bytes in base64. Another one replaces it, and the one before signs beside it for a day. {Reference}",
        },
        ["event_receivers"] = new(StringComparer.Ordinal)
        {
            ["name"] = "What it is for; it is known by its name.",
            ["url"] = "Where security events are pushed to (RFC 8935): https.",
            ["audience"] = "Whom the events are for: their aud; absent: the address without its query.",
            ["events"] = "Types of events; absent: all.",
            ["enabled"] = "False: nothing is sent. What happens meanwhile is told later, if not more than a week.",
            ["credential"] = $"The Authorization header that the receiver wants, for example Bearer and a token; absent: the one that it has, as long as the address stays. {Reference}",
        },
        ["users"] = new(StringComparer.Ordinal)
        {
            ["username"] = "The name to sign in with.",
            ["email"] = "The e-mail address.",
            ["email_verified"] = "True: the address is proven.",
            ["phone_number"] = "The telephone number.",
            ["phone_number_verified"] = "True: the number is proven.",
            ["password"] = $"The password, or a bcrypt hash of it. {Reference}",
            ["roles"] = "Names of roles.",
            ["totp_secret"] = $"Base32 seed of an authenticator app that the person has already. {Reference}",
            ["disabled"] = "True: the account cannot be used.",
        },
    };

    private static readonly Dictionary<string, string[]> Values = new(StringComparer.Ordinal)
    {
        ["consent"] = ["explicit", "implicit"],
        ["response_types"] = ["code"],
        ["id_token_signed_response_alg"] = ["ES256", "PS256", "RS256"],
    };

    private static readonly Dictionary<string, string> Sections = new(StringComparer.Ordinal)
    {
        ["applications"] = "Clients, with the members of RFC 7591 §2 and of this server.", ["scopes"] = "Scopes that clients may ask for.", ["roles"] = "Roles: names for sets of permissions.",
        ["permissions"] = "The permission catalogue. What roles and clients name outright is added by itself.", ["webhooks"] = "Receivers of entries of the audit trail.",
        ["event_receivers"] = "Receivers of security events (RFC 8417): told when a session ends, or a role or credential changes.", ["users"] = "People to add. Those that exist are never changed or removed.",
    };

    /// <summary>A file as the API's document describes it.</summary>
    public static JsonObject Body { get; } = Sketch();

    /// <summary>The whole schema.</summary>
    public static JsonObject Write() => new()
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["title"] = "Pynomaly.Identity configuration",
        ["description"] = "What the commands plan and apply take.",
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject(Sections.Select(section => KeyValuePair.Create(section.Key, (JsonNode?)new JsonObject
        {
            ["description"] = section.Value, ["type"] = "array", ["items"] = new JsonObject { ["$ref"] = $"#/$defs/{section.Key}" },
        })).Prepend(KeyValuePair.Create("$schema", (JsonNode?)new JsonObject { ["type"] = "string" }))),
        ["$defs"] = new JsonObject
        {
            ["applications"] = Entry("applications", ["client_id"], AdministrationJson.Default.ClientMetadata.Properties.ToDictionary(property => property.Name, property => property.PropertyType)),
            ["scopes"] = Entry("scopes", ["name"], new() { ["resources"] = typeof(List<string>), ["permissions"] = typeof(List<string>) }),
            ["roles"] = Entry("roles", ["name", "permissions"], new() { ["permissions"] = typeof(List<string>), ["require_second_factor"] = typeof(bool) }),
            ["permissions"] = Entry("permissions", ["name"], []),
            ["webhooks"] = Entry("webhooks", ["name", "url"], new() { ["events"] = typeof(List<string>) }),
            ["event_receivers"] = Entry("event_receivers", ["name", "url"], new() { ["events"] = typeof(List<string>) }),
            ["users"] = Entry("users", ["username"], UserTypes()),
        },
    };

    private static Dictionary<string, Type> UserTypes()
    {
        var types = AdministrationJson.Default.UserProfile.Properties.ToDictionary(property => property.Name, property => property.PropertyType);
        types["roles"] = typeof(List<string>);
        foreach (var flag in new[] { "email_verified", "phone_number_verified", "disabled" }) types[flag] = typeof(bool);
        return types;
    }

    private static JsonObject Entry(string section, string[] required, Dictionary<string, Type> types)
    {
        var names = Members[section].Keys.Union(types.Keys);
        return new JsonObject
        {
            ["type"] = "object", ["additionalProperties"] = false, ["required"] = new JsonArray([.. required.Select(name => (JsonNode)name)]),
            ["properties"] = new JsonObject(names.Select(name => KeyValuePair.Create(name, (JsonNode?)Member(Members[section].GetValueOrDefault(name), name, name == "enabled" ? typeof(bool) : types.GetValueOrDefault(name, typeof(string)))))),
        };
    }

    private static JsonObject Member(string? description, string name, Type type)
    {
        var schema = new JsonObject { ["description"] = description ?? "A standard claim of OpenID Connect Core §5.1." };
        var text = new JsonObject { ["type"] = "string" };
        if (Values.TryGetValue(name, out var values)) text["enum"] = new JsonArray([.. values.Select(value => (JsonNode)value)]);
        if (type == typeof(List<string>)) (schema["type"], schema["items"]) = ("array", text);
        else if (type == typeof(bool)) schema["type"] = "boolean";
        else if (type == typeof(int?)) schema["type"] = "integer";
        else if (type == typeof(JsonElement?) || type == typeof(UserAddress)) schema["type"] = "object";
        else foreach (var (member, value) in text) schema[member] = value?.DeepClone();
        return schema;
    }

    // The document names the sections only; the schema itself is served beside it.
    private static JsonObject Sketch() => new()
    {
        ["type"] = "object", ["description"] = "A configuration file; its JSON Schema stands at configuration.schema.json",
        ["properties"] = new JsonObject(Sections.Select(section => KeyValuePair.Create(section.Key, (JsonNode?)new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "object" } }))),
    };
}
