using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Tokens;

/// <summary>Reads the access token of a request to a protected resource: from the header, or from a form body.</summary>
/// <remarks>RFC 6750 §2, RFC 9449 §7.1. Left out: the query (§2.3), where logs and histories would keep the token (RFC 9700 §4.3.2).</remarks>
[Specification("RFC 6750", "Bearer Token Usage")]
public static class BearerToken
{
    private const int Longest = 16 * 1024;

    /// <summary>The token, and whether it came under the scheme DPoP.</summary>
    /// <exception cref="ProtocolException">A bare challenge when none was sent; invalid_request when it was sent in more than one way.</exception>
    public static async ValueTask<(string Text, bool IsDPoP)> RequireAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var request = context.Request;
        var (inHeader, isDPoP) = ReadHeader(request);
        string? inForm = null;
        if (HttpMethods.IsPost(request.Method) && request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) is true)
        {
            var form = (await ProtocolRequest.ReadFormAsync(request, cancellationToken)).RefuseDuplicates();
            inForm = form[Parameters.AccessToken];
        }

        if (inHeader is not null && inForm is not null) throw ProtocolException.InvalidBearerRequest("The access token was sent in more than one way"); // §2
        var token = inHeader ?? inForm ?? throw ProtocolException.TokenMissing();
        return token.Length <= Longest ? (token, isDPoP) : throw ProtocolException.InvalidToken();
    }

    /// <summary>What follows the scheme, which may be spelled in any case (RFC 9110 §11.1); null for no header or another scheme.</summary>
    private static (string? Token, bool IsDPoP) ReadHeader(HttpRequest request)
    {
        var headers = request.Headers.Authorization;
        if (headers.Count == 0) return default;
        if (headers.Count > 1) throw ProtocolException.InvalidBearerRequest("Authorization was sent more than once");
        var header = headers[0].AsSpan();
        var isDPoP = header.StartsWith("DPoP ", StringComparison.OrdinalIgnoreCase);
        if (!isDPoP && !header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return default;
        var token = header[header.IndexOf(' ')..].Trim(' ');
        return token.IsEmpty ? default : (token.ToString(), isDPoP);
    }
}
