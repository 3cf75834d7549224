using System.Text.Json.Nodes;
using Pynomaly.Identity.Api;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>A part of a list, as every list of the administration API answers it.</summary>
internal static class PageAnswer
{
    /// <summary>The parameters of every list.</summary>
    public static IReadOnlyList<(string Name, string Summary)> Query { get; } = [("after", "Where the list goes on: next of the part before"), ("limit", $"How many items, 1 to {Cursors.Most}")];

    /// <summary>The schema of a list.</summary>
    public static JsonObject Schema(JsonObject item)
    {
        var schema = ApiSchema.Object("next?:string");
        schema["properties"]!["items"] = ApiSchema.Array(item);
        schema["required"] = new JsonArray("items");
        return schema;
    }

    /// <summary>The answer.</summary>
    public static ApiAnswer Of<T>(Page<T> page, Func<T, JsonObject> item)
    {
        var body = new JsonObject { ["items"] = new JsonArray([.. page.Items.Select(one => (JsonNode)item(one))]) };
        if (page.Next is { } next) body["next"] = next;
        return new ApiAnswer(body);
    }
}
