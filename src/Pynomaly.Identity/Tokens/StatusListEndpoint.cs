using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tokens;

/// <summary>Answers with a Token Status List, to anyone: it names neither tokens nor people, and who does not hold a token does not know which bit is its.</summary>
public sealed class StatusListEndpoint(StatusLists lists, ChangeFeed feed)
{
    private static readonly string Cached = string.Create(CultureInfo.InvariantCulture, $"public, max-age={(int)StatusLists.Life.TotalSeconds}");

    /// <summary>Answers GET and HEAD.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        feed.RequireFresh(); // a node that is cut off must not say that a token is good
        var request = ProtocolRequest.ReadQuery(context.Request).RefuseDuplicates();
        if (!long.TryParse(request.Require("list"), NumberStyles.None, CultureInfo.InvariantCulture, out var list)) throw ProtocolException.InvalidRequest("list is a number");
        var response = context.Response;
        if (await lists.FindAsync(list, context.RequestAborted) is not { } token)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        response.ContentType = $"application/{StatusLists.Type}";
        response.Headers.CacheControl = Cached;
        response.ContentLength = token.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await response.Body.WriteAsync(Encoding.ASCII.GetBytes(token), context.RequestAborted);
    }
}
