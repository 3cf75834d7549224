using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Api;

/// <summary>Refusals of the API as application/problem+json.</summary>
/// <remarks><see href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</see>. The type is about:blank throughout (§4.2.1): status and the extension members "error", "code" and "errors" tell programs all.</remarks>
[Specification("RFC 9457", "Problem Details for HTTP APIs")]
public static class Problems
{
    /// <summary>Writes a refusal of the protocol, with the bearer challenge (RFC 6750 §3, RFC 9470 §3).</summary>
    public static Task WriteAsync(HttpContext context, ProtocolException refusal)
    {
        var response = context.Response;
        if (refusal.RetryAfter is { } seconds) response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (refusal.Nonce is { } nonce) response.Headers["DPoP-Nonce"] = nonce; // RFC 9449 §9
        if (refusal.ChallengeBearer) response.Headers.WWWAuthenticate = ProtocolDoor.Challenge(refusal, ProtocolDoor.WasDPoP(context.Request) ? "DPoP" : "Bearer");
        context.Items[typeof(ProtocolException)] = refusal.Error; // for the metrics' error tag
        return WriteAsync(context, refusal.Status, refusal.Description, refusal.Error, []);
    }

    /// <summary>Writes a status that nothing more is known about.</summary>
    public static Task WriteAsync(HttpContext context, int status, string? detail = null) => WriteAsync(context, status, detail, null, []);

    internal static Task WriteAsync(HttpContext context, ApiProblem problem) => WriteAsync(context, problem.Status, problem.Message, null, problem.Errors, problem.Code);

    private static async Task WriteAsync(HttpContext context, int status, string? detail, string? error, IReadOnlyList<(string Field, string Code, string Detail)> errors, string? code = null)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        var body = new JsonObject { ["title"] = ReasonPhrases.GetReasonPhrase(status), ["status"] = status };
        if (detail is not null) body["detail"] = detail;
        if (!string.IsNullOrEmpty(error)) body["error"] = error;
        if (code is not null) body["code"] = code;
        if (errors.Count > 0) body["errors"] = new JsonArray([.. errors.Select(one => new JsonObject { ["field"] = one.Field, ["code"] = one.Code, ["detail"] = one.Detail })]);
        body["correlation_id"] = context.TraceIdentifier;
        await response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }
}
