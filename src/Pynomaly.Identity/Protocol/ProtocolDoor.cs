using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Pynomaly.Identity.Protocol;

/// <summary>The one door of the JSON endpoints: runs the endpoint and writes a refusal exactly as the specifications want it.</summary>
/// <remarks>RFC 6749 §5.2 for OAuth endpoints, RFC 6750 §3 for protected resources.</remarks>
[Specification("RFC 6750", "Bearer Token Usage")]
public static class ProtocolDoor
{
    /// <summary>Wraps an endpoint.</summary>
    public static RequestDelegate Open(RequestDelegate endpoint) => async context =>
    {
        try
        {
            await endpoint(context);
        }
        catch (ProtocolException refusal) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, refusal);
        }
    };

    /// <summary>Writes the refusal.</summary>
    public static Task WriteAsync(HttpContext context, ProtocolException refusal)
    {
        var response = context.Response;
        response.StatusCode = refusal.Status;
        response.Headers.CacheControl = "no-store"; // RFC 6749 §5.1
        response.Headers.Pragma = "no-cache";
        if (refusal.RetryAfter is { } seconds) response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (refusal.ChallengeBasic) response.Headers.WWWAuthenticate = "Basic realm=\"Pynomaly.Identity\", charset=\"UTF-8\"";
        if (refusal.Nonce is { } nonce) response.Headers["DPoP-Nonce"] = nonce; // RFC 9449 §8
        if (refusal.ChallengeBearer) response.Headers.WWWAuthenticate = Challenge(refusal, WasDPoP(context.Request) ? "DPoP" : "Bearer");
        if (refusal.Error.Length == 0) return Task.CompletedTask;

        response.ContentType = "application/json";
        context.Items[typeof(ProtocolException)] = refusal.Error; // for the metrics' error tag
        Telemetry.Refusals.Add(1, new KeyValuePair<string, object?>("error", refusal.Error));
        return JsonSerializer.SerializeAsync(response.Body, new ErrorBody(refusal.Error, refusal.Description), ProtocolJson.Default.ErrorBody, context.RequestAborted);
    }

    /// <summary>Whether the request presents its token under the scheme DPoP, which the challenge then names (RFC 9449 §7.1).</summary>
    internal static bool WasDPoP(HttpRequest request) => request.Headers.Authorization is [{ } header] && header.StartsWith("DPoP ", StringComparison.OrdinalIgnoreCase);

    /// <summary>The challenge of a protected resource (RFC 6750 §3, RFC 9449 §7.1, RFC 9470 §3).</summary>
    internal static string Challenge(ProtocolException refusal, string scheme)
    {
        if (refusal.Error.Length == 0) return scheme;
        var challenge = $"{scheme} error=\"{refusal.Error}\", error_description=\"{refusal.Description}\"";
        if (refusal.RequiredScope is { } scope) challenge += $", scope=\"{scope}\"";
        if (refusal.RequiredAcr is { } acr) challenge += $", acr_values=\"{acr}\"";
        if (refusal.RequiredMaxAge is { } age) challenge += string.Create(System.Globalization.CultureInfo.InvariantCulture, $", max_age=\"{age}\"");
        return challenge;
    }
}
