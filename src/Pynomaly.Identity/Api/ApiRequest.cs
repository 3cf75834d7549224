using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Pynomaly.Identity.Api;

/// <summary>A request to an API, and how its body is read: strictly, so that what is misspelt is refused and not ignored.</summary>
/// <param name="Context">The request.</param>
internal abstract record ApiRequest(HttpContext Context)
{
    /// <summary>The code of a field that does not exist.</summary>
    public const string Unknown = "unknown";

    /// <summary>The code of a value that has to be a text.</summary>
    public const string NoText = "no_text";

    /// <summary>The code of a text that no database keeps.</summary>
    public const string Malformed = "malformed";

    /// <summary>The end of what can be done with it.</summary>
    public CancellationToken Stop => Context.RequestAborted;

    /// <summary>The thing that the path names.</summary>
    public string Id => Part("id");

    /// <summary>A part of the path by its name.</summary>
    public string Part(string name)
    {
        var value = (string?)Context.Request.RouteValues[name] ?? "";
        return Context.GetEndpoint() is RouteEndpoint { RoutePattern: var pattern } && Plain(value) != value ? Written(pattern, name, value) : value;
    }

    /// <summary>The body: an object with these members and no others.</summary>
    public async Task<JsonObject> ReadAsync(params IReadOnlyList<string> members)
    {
        var body = await ReadAsync();
        var unknown = body.Select(member => member.Key).Where(name => !members.Contains(name)).ToList();
        return unknown.Count == 0 ? body : throw ApiProblem.Invalid([.. unknown.Select(name => (name, Unknown, "There is no such field"))]);
    }

    /// <summary>The body: an object.</summary>
    public async Task<JsonObject> ReadAsync()
    {
        try
        {
            var options = new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 };
            var body = await JsonNode.ParseAsync(Context.Request.Body, null, options, Stop) as JsonObject ?? throw ApiProblem.Invalid(("", "no_object", "The body has to be a JSON object"));
            RequireTexts(body, "");
            return body;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for a name that is no text
        {
            throw ApiProblem.Invalid(("", "no_json", "The body is not well-formed JSON"));
        }
    }

    /// <summary>A member of the body that has to be a text.</summary>
    public static string Require(JsonObject body, string name) => Find(body, name) ?? throw ApiProblem.Invalid((name, "missing", "The field is required"));

    /// <summary>A member of the body that is a text, or absent.</summary>
    public static string? Find(JsonObject body, string name) =>
        body[name] is not { } value ? null : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : throw ApiProblem.Invalid((name, NoText, "The value has to be a text"));

    // The web server decodes a path but for "%2F", so that "a%2Fb" may have come as that, and mean a slash, or as "a%252Fb", and mean just what it looks like: read from the address as it came.
    private string Written(RoutePattern pattern, string name, string value)
    {
        var target = Context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var came = (target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? target[..query] : target).TrimEnd('/').Split('/');
        var at = came.Length - pattern.PathSegments.Count + pattern.PathSegments.ToList().FindIndex(segment => segment.Parts is [RoutePatternParameterPart part] && part.Name == name);
        var written = at >= 0 && at < came.Length ? Uri.UnescapeDataString(came[at]) : value;
        return Plain(written) == Plain(value) ? written : Plain(value); // an address with dot segments has its parts elsewhere
    }

    private static string Plain(string value) => value.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    // Names and texts anywhere in it: with a NUL or half a character they are kept by no database, or not as they are (SQ-04).
    private static void RequireTexts(JsonNode? node, string field)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items) RequireTexts(item, field);
        }
        else if (node is JsonObject members)
        {
            foreach (var (name, value) in members)
            {
                if (name.Contains('\0', StringComparison.Ordinal)) throw ApiProblem.Invalid((field, Malformed, "A name in it holds something that is no character"));
                RequireTexts(value, field.Length == 0 ? name : $"{field}.{name}");
            }
        }
        else if (node is not null && node.GetValueKind() == JsonValueKind.String && !IsText(node))
        {
            throw ApiProblem.Invalid((field, Malformed, "The value holds something that is no character"));
        }
    }

    private static bool IsText(JsonNode value)
    {
        try
        {
            return !value.GetValue<string>().Contains('\0', StringComparison.Ordinal);
        }
        catch (InvalidOperationException)
        {
            return false; // half a surrogate pair
        }
    }
}
