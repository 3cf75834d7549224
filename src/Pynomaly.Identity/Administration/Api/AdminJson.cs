using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Api;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>Bodies of the administration API: members with a value, and nothing for those without one.</summary>
internal static class AdminJson
{
    /// <summary>An object.</summary>
    public static JsonObject Object(params IReadOnlyList<(string Name, object? Value)> members)
    {
        var body = new JsonObject();
        foreach (var (name, value) in members)
            if (value is not null) body[name] = Node(value);
        return body;
    }

    /// <summary>A list of objects.</summary>
    public static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonObject> write) => new([.. items.Select(item => (JsonNode)write(item))]);

    /// <summary>A part of a list.</summary>
    public static ApiAnswer Page<T>(Page<T> page, Func<T, JsonObject> write) => new(Object(("items", Array(page.Items, write)), ("next", page.Next)));

    /// <summary>The schema of a part of a list.</summary>
    public static JsonObject PageSchema(JsonObject item) => ApiSchema.Object("next?:string", ("items", ApiSchema.Array(item)));

    /// <summary>A member that has to be true or false, or is absent.</summary>
    /// <exception cref="ApiProblem">It is something else.</exception>
    public static bool? Flag(JsonObject body, string name) => body[name]?.GetValueKind() switch
    {
        null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw ApiProblem.Invalid((name, "no_flag", "The value has to be true or false")),
    };

    /// <summary>A member that has to be a list of texts, or is absent.</summary>
    /// <exception cref="ApiProblem">It is something else.</exception>
    public static IReadOnlyList<string>? Texts(JsonObject body, string name) => body[name] switch
    {
        null => null,
        JsonArray list when list.All(item => item?.GetValueKind() == JsonValueKind.String) => [.. list.Select(item => item!.GetValue<string>())],
        _ => throw ApiProblem.Invalid((name, "no_texts", "The value has to be a list of texts")),
    };

    /// <summary>A parameter of the query that has to be true or false, or is absent.</summary>
    /// <exception cref="ApiProblem">It is something else.</exception>
    public static bool? Flag(AdminCall call, string name) => call.Query(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        _ => throw ApiProblem.Invalid((name, "no_flag", "Write true or false")),
    };

    private static JsonNode? Node(object value) => value switch
    {
        string text => text,
        bool flag => flag,
        int number => number,
        long number => number,
        DateTimeOffset moment => moment.UtcDateTime,
        JsonNode node => node,
        IEnumerable<string> texts => new JsonArray([.. texts.Select(text => (JsonNode)text)]),
        _ => throw new InvalidOperationException($"{value.GetType()} has no form in JSON here."),
    };
}
