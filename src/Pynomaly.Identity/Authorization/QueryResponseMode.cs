using System.Text;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Authorization;

/// <summary>The answer in the query of a redirect: the default for codes. RFC 6749 §4.1.2.</summary>
public sealed class QueryResponseMode : IResponseMode
{
    /// <inheritdoc />
    public string Name => ResponseModes.Query;

    /// <inheritdoc />
    public Task WriteAsync(HttpContext context, string redirectUri, IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status303SeeOther; // OAuth 2.1 §7.5.2: never 307, which would send on what a person typed
        response.Headers.Location = Append(redirectUri, parameters);
        return Task.CompletedTask;
    }

    /// <summary>The URI with the parameters behind its own query, which stays (RFC 6749 §3.1.2).</summary>
    public static string Append(string uri, IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        var text = new StringBuilder(uri);
        var separator = !uri.Contains('?', StringComparison.Ordinal) ? "?" : uri[^1] is '?' or '&' ? "" : "&";
        foreach (var (name, value) in parameters)
        {
            text.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            separator = "&";
        }

        return text.ToString();
    }
}
