using System.Text.Json.Nodes;

namespace Pynomaly.Identity.Api;

/// <summary>What an operation answers: its JSON; null is 204.</summary>
internal sealed record ApiAnswer(JsonNode? Body)
{
    /// <summary>The version of the thing that is answered, for the ETag; null: it has none.</summary>
    public string? Version { get; init; }

    /// <summary>Writes the body by itself, part by part; null: <see cref="Body"/> is all of it.</summary>
    public Func<Microsoft.AspNetCore.Http.HttpResponse, Task>? Stream { get; init; }

    /// <summary>Done, and nothing to say.</summary>
    public static ApiAnswer Done { get; } = new((JsonNode?)null);

    /// <summary>A list under one name, so that more can stand beside it one day.</summary>
    public static ApiAnswer List(string name, IEnumerable<JsonObject> items) => new(new JsonObject { [name] = new JsonArray([.. items]) });
}
