using Microsoft.Extensions.Primitives;
using Pynomaly.Identity.Clients;

namespace Pynomaly.Identity.Server.Hosting;

/// <summary>Lets the scripts of browser-only applications read what the token, revocation and UserInfo endpoints answer: exactly the origins of <see cref="BrowserOrigins"/>, never "*", never with cookies.</summary>
/// <remarks>Fetch §3.2. The authorization endpoint is none of these: a browser is sent there, no script calls it (OAuth 2.1 §3.1).</remarks>
internal sealed class CrossOrigin(BrowserOrigins origins)
{
    private static readonly StringValues ByOrigin = "Origin";
    private static readonly StringValues Methods = "GET, POST";
    private static readonly StringValues RequestHeaders = "Authorization, Content-Type, DPoP";
    private static readonly StringValues ResponseHeaders = "DPoP-Nonce, Retry-After, WWW-Authenticate";
    private static readonly StringValues TenMinutes = "600";

    /// <summary>Prepares the headers of the answer. True when the request was a browser's question beforehand, which is answered now.</summary>
    public async ValueTask<bool> AnswerAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.Vary = ByOrigin; // also where no origin was sent: a cache must not give that answer to one
        if (context.Request.Headers.Origin is not [{ } origin] || !await origins.ContainAsync(origin)) return false;

        if (HttpMethods.IsOptions(context.Request.Method) && context.Request.Headers.AccessControlRequestMethod.Count == 1)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            headers.AccessControlAllowMethods = Methods;
            headers.AccessControlAllowHeaders = RequestHeaders;
            headers.AccessControlMaxAge = TenMinutes;
            Allow(context.Response, origin);
            return true;
        }

        // At the last moment: a failure takes away what was set before, and the application should be told of it too.
        context.Response.OnStarting(() =>
        {
            Allow(context.Response, origin);
            context.Response.Headers.AccessControlExposeHeaders = ResponseHeaders;
            return Task.CompletedTask;
        });
        return false;
    }

    private static void Allow(HttpResponse response, string origin)
    {
        response.Headers.AccessControlAllowOrigin = origin;
        response.Headers.Vary = ByOrigin;
    }
}
