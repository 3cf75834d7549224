using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService.Api;

/// <summary>A request whose token holds: whose account it is, and the sign-in behind the token.</summary>
/// <param name="Context">The request.</param>
/// <param name="Account">The person.</param>
/// <param name="Session">The sign-in as the token tells it; its id is empty when no session stands behind the token.</param>
internal sealed record ApiCall(HttpContext Context, Account Account, Session Session)
{
    /// <summary>The end of what can be done with it.</summary>
    public CancellationToken Stop => Context.RequestAborted;

    /// <summary>The thing that the path names.</summary>
    public string Id => ((string?)Context.Request.RouteValues["id"] ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase); // what the web server leaves encoded in a path

    /// <summary>The body: an object with these members and no others.</summary>
    public async Task<JsonObject> ReadAsync(params IReadOnlyList<string> members)
    {
        var body = await ReadAsync();
        var unknown = body.Select(member => member.Key).Where(name => !members.Contains(name)).ToList();
        return unknown.Count == 0 ? body : throw ApiProblem.Invalid([.. unknown.Select(name => (name, ProfileRules.Unknown, "There is no such field"))]);
    }

    /// <summary>The body: an object.</summary>
    public async Task<JsonObject> ReadAsync()
    {
        try
        {
            var options = new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 };
            return await JsonNode.ParseAsync(Context.Request.Body, null, options, Stop) as JsonObject ?? throw ApiProblem.Invalid(("", "no_object", "The body has to be a JSON object"));
        }
        catch (JsonException)
        {
            throw ApiProblem.Invalid(("", "no_json", "The body is not well-formed JSON"));
        }
    }

    /// <summary>A member of the body that has to be a text.</summary>
    public static string Require(JsonObject body, string name) => Find(body, name) ?? throw ApiProblem.Invalid((name, "missing", "The field is required"));

    /// <summary>A member of the body that is a text, or absent.</summary>
    public static string? Find(JsonObject body, string name) =>
        body[name] is not { } value ? null : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : throw ApiProblem.Invalid((name, ProfileRules.NoText, "The value has to be a text"));
}
