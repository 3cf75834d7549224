using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Api;

/// <summary>API keys as the APIs write and read them.</summary>
internal static class ApiKeyJson
{
    private const string Members = "id:string prefix:string name:string state:string permissions:string[] allowed_addresses:string[] created:date-time rotated?:date-time previous_until?:date-time expires?:date-time "
        + "revoked?:date-time revoke_reason?:string last_used?:date-time last_used_address?:string";

    /// <summary>Schema of a key.</summary>
    public static JsonObject Schema { get; } = ApiSchema.Object(Members);

    /// <summary>Schema of a key with its owner.</summary>
    public static JsonObject OwnedSchema { get; } = ApiSchema.Object($"{Members} user_id?:string client_id?:string owner?:string created_by:string");

    /// <summary>Schema of a key that is to be made.</summary>
    public static JsonObject DraftSchema { get; } = ApiSchema.Object("name:string permissions?:string[] allowed_addresses?:string[] expires?:date-time never_expires?:boolean");

    /// <summary>Schema of a key that was made, with the only copy of it.</summary>
    public static JsonObject MadeSchema(JsonObject schema)
    {
        var made = (JsonObject)schema.DeepClone();
        made["properties"]!["key"] = new JsonObject { ["type"] = "string" };
        made["required"]!.AsArray().Add((JsonNode)"key");
        return made;
    }

    /// <summary>The names of a draft's members.</summary>
    public static IReadOnlyList<string> DraftMembers { get; } = ["name", "permissions", "allowed_addresses", "expires", "never_expires"];

    /// <summary>A key.</summary>
    public static JsonObject Of(ApiKeySummary key, DateTimeOffset now)
    {
        var body = new JsonObject { ["id"] = key.Id, ["prefix"] = key.Prefix, ["name"] = key.Name, ["state"] = key.StateAt(now), ["permissions"] = Texts(key.Permissions), ["allowed_addresses"] = Texts(key.AllowedAddresses), ["created"] = key.Created.UtcDateTime };
        foreach (var (name, at) in new[] { ("rotated", key.Rotated), ("previous_until", key.PreviousExpires > now ? key.PreviousExpires : null), ("expires", key.Expires), ("revoked", key.Revoked), ("last_used", key.LastUsed) })
            if (at is { } moment) body[name] = moment.UtcDateTime;
        if (key.RevokeReason is { } reason) body["revoke_reason"] = reason;
        if (key.LastUsedAddress is { } address) body["last_used_address"] = address;
        return body;
    }

    /// <summary>A key with its owner.</summary>
    public static JsonObject Owned(ApiKeySummary key, DateTimeOffset now)
    {
        var body = Of(key, now);
        if (key.UserId is { } user) body["user_id"] = user;
        if (key.ClientId is { } client) body["client_id"] = client;
        if (key.Owner is { } owner) body["owner"] = owner;
        body["created_by"] = key.CreatedBy;
        return body;
    }

    /// <summary>A draft.</summary>
    /// <exception cref="ApiProblem">A member is of the wrong kind.</exception>
    public static ApiKeyDraft Read(JsonObject body, DateTimeOffset now) => new()
    {
        Name = ApiRequest.Require(body, "name"), Permissions = List(body, "permissions") ?? [], AllowedAddresses = List(body, "allowed_addresses") ?? [],
        Lifetime = Time(body, "expires") - now, NeverExpires = Flag(body, "never_expires"),
    };

    /// <summary>A list of texts; null when it is absent.</summary>
    public static IReadOnlyList<string>? List(JsonObject body, string name) => body[name] switch
    {
        null => null,
        JsonArray array when array.All(one => one?.GetValueKind() == JsonValueKind.String) => [.. array.Select(one => one!.GetValue<string>())],
        _ => throw ApiProblem.Invalid((name, "no_list", "The value has to be a list of texts")),
    };

    /// <summary>How long the old key goes on; as usual when nothing is said.</summary>
    public static TimeSpan Overlap(JsonObject body) => body["overlap_seconds"] switch
    {
        null => ApiKeyRules.UsualOverlap,
        JsonValue value when value.TryGetValue<int>(out var seconds) => TimeSpan.FromSeconds(seconds),
        _ => throw ApiProblem.Invalid(("overlap_seconds", "no_number", "The value has to be a number of seconds")),
    };

    private static DateTimeOffset? Time(JsonObject body, string name) => ApiRequest.Find(body, name) is not { } text ? null
        : DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw ApiProblem.Invalid((name, "no_time", "A time is written as in RFC 3339, for example 2027-01-31T00:00:00Z"));

    private static bool Flag(JsonObject body, string name) => body[name] switch
    {
        null => false,
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        _ => throw ApiProblem.Invalid((name, "no_flag", "The value has to be true or false")),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}
