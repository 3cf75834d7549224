using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Api;

/// <summary>The description of the API, made from the same table that serves it. OpenAPI 3.1.1.</summary>
internal static partial class OpenApiDocument
{
    /// <summary>Writes it, in UTF-8.</summary>
    public static byte[] Write(ServerOptions options, ApiDescription description, IReadOnlyList<ApiOperation> routes)
    {
        var paths = new JsonObject();
        foreach (var path in routes.GroupBy(route => route.Path))
        {
            var operations = new JsonObject();
            if (Parameter().Matches(path.Key) is { Count: > 0 } matches)
                operations["parameters"] = new JsonArray([.. matches.Select(match => new JsonObject { ["name"] = match.Groups[1].Value, ["in"] = "path", ["required"] = true, ["schema"] = new JsonObject { ["type"] = "string" } })]);
            foreach (var route in path) operations[route.Method.ToLowerInvariant()] = OperationOf(description, route);
            paths[description.Path + path.Key] = operations;
        }

        var document = new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = description.Title,
                ["version"] = "1",
                ["description"] = description.Text,
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = options.Issuer }),
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray([.. description.Scopes.Select(scope => (JsonNode)scope)]) }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["token"] = new JsonObject { ["type"] = "openIdConnect", ["openIdConnectUrl"] = options.Url(Paths.Configuration) } },
                ["schemas"] = new JsonObject { ["Problem"] = Problem() },
            },
        };
        return System.Text.Encoding.UTF8.GetBytes(document.ToJsonString());
    }

    private static JsonObject OperationOf(ApiDescription description, ApiOperation route)
    {
        var operation = new JsonObject { ["operationId"] = route.Name, ["summary"] = route.Summary };
        if (route.Permission is not null) operation["x-permission"] = string.Join(' ', route.Needs);
        if (route.IsSensitive) operation["x-step-up"] = true;
        var (takesKey, isConditional) = (description.HasConditions && route is { Method: "POST", ChangesNothing: false }, description.HasConditions && route.Method is "PATCH" or "PUT" or "DELETE");
        var parameters = route.Query.Select(one => ParameterOf("query", one.Name, one.Summary)).ToList();
        if (takesKey) parameters.Add(ParameterOf("header", "Idempotency-Key", "A text of the caller's choice for this one request: sent again with it within 24 hours, the request is answered as the first time and does nothing twice"));
        if (isConditional) parameters.Add(ParameterOf("header", "If-Match", "The ETag of what the caller has read: when it has changed since, nothing is done"));
        if (parameters.Count > 0) operation["parameters"] = new JsonArray([.. parameters]);

        if (route.Takes is not null) operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content("application/json", route.Takes.DeepClone()) };
        var responses = new JsonObject();
        var success = new JsonObject { ["description"] = route.Gives is null ? "Done" : "The answer" };
        if (route.Gives is not null) success["content"] = new JsonObject(route.GivesTypes.Select(type => KeyValuePair.Create(type, (JsonNode?)new JsonObject { ["schema"] = route.Gives.DeepClone() })));
        responses[route.Gives is null ? "204" : $"{route.Status}"] = success;
        if (route.Takes is not null || route.Query.Count > 0 || takesKey) responses["400"] = Refusal("The field that is named cannot stand");
        responses["401"] = Refusal(route.IsSensitive ? "The token does not hold, or the sign-in behind it is too old or too weak" : "The token does not hold");
        responses["403"] = Refusal(route.Permission is not null ? $"The token or who stands behind it lacks {string.Join(" or ", route.Needs)}" : $"The token lacks the scope {string.Join(' ', description.Scopes)}");
        if (route.Path.Contains('{', StringComparison.Ordinal)) responses["404"] = Refusal("There is no such thing");
        if (route.MayConflict || takesKey) responses["409"] = Refusal(takesKey ? "A rule stands against it, or the first request with this Idempotency-Key is under way" : "A rule stands against it");
        if (isConditional) responses["412"] = Refusal("It has changed since it was read");
        if (takesKey) responses["422"] = Refusal("This Idempotency-Key was used for another request");
        if (route.Takes is not null) responses["415"] = Refusal("The body is not JSON");
        responses["429"] = Refusal("Too many requests");
        operation["responses"] = responses;
        return operation;
    }

    private static JsonObject ParameterOf(string place, string name, string summary) =>
        new() { ["name"] = name, ["in"] = place, ["description"] = summary, ["schema"] = new JsonObject { ["type"] = "string" } };

    private static JsonObject Refusal(string description) =>
        new() { ["description"] = description, ["content"] = Content("application/problem+json", new JsonObject { ["$ref"] = "#/components/schemas/Problem" }) };

    private static JsonObject Content(string type, JsonNode schema) => new() { [type] = new JsonObject { ["schema"] = schema } };

    private static JsonObject Problem()
    {
        var problem = ApiSchema.Object("title:string status:integer detail?:string error?:string code?:string correlation_id:string");
        problem["properties"]!["errors"] = ApiSchema.Array(ApiSchema.Object("field:string code:string detail:string"));
        return problem;
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Parameter();
}
