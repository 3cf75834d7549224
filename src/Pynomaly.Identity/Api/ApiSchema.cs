using System.Text.Json.Nodes;

namespace Pynomaly.Identity.Api;

/// <summary>Schemas of the API's bodies, written shortly: "id:string created:date-time last_used?:date-time scopes:string[]". A question mark: may be absent.</summary>
internal static class ApiSchema
{
    /// <summary>An object with these members, and further ones by name.</summary>
    public static JsonObject Object(string members, params IReadOnlyList<(string Name, JsonObject Schema)> more)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var member in members.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, type) = (member[..member.IndexOf(':', StringComparison.Ordinal)], member[(member.IndexOf(':', StringComparison.Ordinal) + 1)..]);
            properties[name.TrimEnd('?')] = TypeOf(type);
            if (!name.EndsWith('?')) required.Add((JsonNode)name);
        }

        foreach (var (name, schema) in more)
        {
            properties[name] = schema.DeepClone();
            required.Add((JsonNode)name);
        }

        var result = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0) result["required"] = required;
        return result;
    }

    /// <summary>An object that holds a list under one name.</summary>
    public static JsonObject List(string name, JsonObject item) => Object("", (name, Array(item)));

    /// <summary>A list.</summary>
    public static JsonObject Array(JsonObject item) => new() { ["type"] = "array", ["items"] = item.DeepClone() };

    private static JsonObject TypeOf(string type) => type switch
    {
        "string[]" => Array(new JsonObject { ["type"] = "string" }),
        "date-time" or "uri" or "email" => new JsonObject { ["type"] = "string", ["format"] = type },
        "string|null" => new JsonObject { ["type"] = new JsonArray("string", "null") },
        "object|string" => new JsonObject { ["type"] = new JsonArray("object", "string") },
        _ => new JsonObject { ["type"] = type },
    };
}
