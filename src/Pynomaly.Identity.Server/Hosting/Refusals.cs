using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Hosting;

/// <summary>Answers for what went wrong before or beside an endpoint: JSON for programs, a bare status for pages, which dress it.</summary>
internal static class Refusals
{
    /// <summary>The header that names the request in the log; on failures only.</summary>
    public const string CorrelationHeader = "X-Correlation-Id";

    /// <summary>The status that an exception means.</summary>
    public static int StatusOf(Exception exception) => exception switch
    {
        ProtocolException refusal => refusal.Status,
        BadHttpRequestException bad => bad.StatusCode,
        DbException or TimeoutException => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>Writes status, correlation id and, for programs, the JSON body of RFC 6749 §5.2.</summary>
    public static Task WriteAsync(HttpContext context, int status, string description, int? retryAfter = null)
    {
        Prepare(context, status, retryAfter);
        var response = context.Response;
        if (context.Features.Get<IHttpResponseBodyFeature>() is null || HttpMethods.IsHead(context.Request.Method)) return Task.CompletedTask;
        response.ContentType = "application/json";
        var error = status switch
        {
            >= 500 and not StatusCodes.Status503ServiceUnavailable => Errors.ServerError,
            StatusCodes.Status503ServiceUnavailable => Errors.TemporarilyUnavailable,
            StatusCodes.Status429TooManyRequests => Errors.SlowDown,
            _ => Errors.InvalidRequest,
        };
        context.Items[typeof(ProtocolException)] = error;
        return JsonSerializer.SerializeAsync(response.Body, new ErrorBody(error, description), ProtocolJson.Default.ErrorBody, context.RequestAborted);
    }

    /// <summary>Status and headers only: the pages' own middleware shows a page for it.</summary>
    public static void Prepare(HttpContext context, int status, int? retryAfter = null)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        if (status == StatusCodes.Status503ServiceUnavailable) retryAfter ??= 1;
        if (retryAfter is { } seconds) response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (status >= 500) response.Headers[CorrelationHeader] = context.TraceIdentifier;
    }

    /// <summary>One sentence for the status.</summary>
    public static string Describe(int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge => "The body is too large",
        StatusCodes.Status500InternalServerError => "The server failed. Its log tells more under the correlation id",
        StatusCodes.Status503ServiceUnavailable => "The server is temporarily unable to answer",
        _ => ReasonPhrases.GetReasonPhrase(status),
    };
}
