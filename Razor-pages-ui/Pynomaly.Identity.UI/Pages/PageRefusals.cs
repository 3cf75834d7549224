using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>Gives a bare status a page: the error page to a refusal of the protocol that a person must read, a page by status to everything else that people open.</summary>
internal static class PageRefusals
{
    private static readonly PathString[] ForPrograms = ["/connect", "/api", "/.well-known", "/health", "/assets"];

    /// <summary>Runs the request and, when it ends refused and empty, runs it once more as the page that says so.</summary>
    public static async Task DressAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);

        var response = context.Response;
        if (response.StatusCode < StatusCodes.Status400BadRequest || response.HasStarted || response.ContentLength is not null || response.ContentType is not null) return;
        if (PageError.Of(context) is not null) await RunAsync(context, Paths.ErrorPage, next);
        else if (!IsForPrograms(context.Request.Path)) await RunAsync(context, $"/status/{response.StatusCode.ToString(CultureInfo.InvariantCulture)}", next);
    }

    /// <summary>True for paths that no person opens.</summary>
    public static bool IsForPrograms(PathString path)
    {
        foreach (var program in ForPrograms)
        {
            if (path.StartsWithSegments(program, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    private static async Task RunAsync(HttpContext context, PathString path, RequestDelegate next)
    {
        var request = context.Request;
        var (asked, query) = (request.Path, request.QueryString);
        request.Path = path;
        request.QueryString = QueryString.Empty;
        context.SetEndpoint(null);
        context.Features.Get<IRouteValuesFeature>()?.RouteValues.Clear();
        try
        {
            await next(context);
        }
        finally
        {
            (request.Path, request.QueryString) = (asked, query); // for the access log
        }
    }
}
