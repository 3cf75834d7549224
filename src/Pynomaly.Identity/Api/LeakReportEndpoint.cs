using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Api;

/// <summary>Where secret scanners report API keys that they found: a list of keys, {"keys": [...]}, or what GitHub's secret scanning sends its partners ([{"token": "...", "type": "...", "url": "..."}]).</summary>
/// <remarks>Open to everybody: the key is the proof. One answer whether a key was one of ours, was revoked before, or never existed. Where it was found is not kept: an address may hold the key.</remarks>
internal sealed class LeakReportEndpoint(LeakedKeys leaked, RateLimits limits)
{
    /// <summary>Its path.</summary>
    public const string Path = "/api/keys/leaked";

    /// <summary>Takes a report.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (limits.SelfService(context.Connection.RemoteIpAddress) is var wait and > 0) throw ProtocolException.TooManyRequests(wait);
        if (!context.Request.HasJsonContentType()) throw ApiProblem.NotJson();
        var keys = Texts(await ReadAsync(context)).SelectMany(LeakedKeys.In).Take(LeakedKeys.Most + 1).ToList();
        if (keys.Count > LeakedKeys.Most) throw ApiProblem.Invalid(("", "too_many", $"A report holds {LeakedKeys.Most} keys at most"));
        await leaked.ReportAsync(context, keys, CancellationToken.None); // begun is done: the reporter may hang up
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        context.Response.Headers.CacheControl = "no-store";
    }

    private static async Task<JsonNode?> ReadAsync(HttpContext context)
    {
        try
        {
            return await JsonNode.ParseAsync(context.Request.Body, null, new JsonDocumentOptions { MaxDepth = 8 }, context.RequestAborted);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw ApiProblem.Invalid(("", "no_json", "The body is not well-formed JSON"));
        }
    }

    // Texts, or the member "token" of objects; nothing else of them is looked at.
    private static IEnumerable<string> Texts(JsonNode? report)
    {
        var list = report as JsonArray ?? (report as JsonObject)?["keys"] as JsonArray ?? throw ApiProblem.Invalid(("", "no_list", "The body has to be a list of keys"));
        foreach (var one in list)
        {
            var value = one is JsonObject found ? found["token"] : one;
            if (value?.GetValueKind() == JsonValueKind.String) yield return value.GetValue<string>();
        }
    }
}
