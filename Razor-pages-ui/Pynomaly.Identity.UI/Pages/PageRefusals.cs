using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>Gives a bare status a page: runs a request that ended refused and empty once more, as the page that says so.</summary>
internal static class PageRefusals
{
    /// <summary>Runs the request.</summary>
    public static async Task DressAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);

        var response = context.Response;
        if (response.StatusCode < StatusCodes.Status400BadRequest || response.HasStarted || response.ContentLength is not null || response.ContentType is not null) return;

        var request = context.Request;
        var (method, path, query) = (request.Method, request.Path, request.QueryString);
        request.Method = HttpMethods.IsHead(method) ? method : HttpMethods.Get;
        request.Path = PageError.Of(context) is not null ? Paths.ErrorPage : $"/status/{response.StatusCode.ToString(CultureInfo.InvariantCulture)}";
        request.QueryString = QueryString.Empty;
        context.SetEndpoint(null);
        context.Features.Get<IRouteValuesFeature>()?.RouteValues.Clear();
        try
        {
            await next(context);
        }
        finally
        {
            (request.Method, request.Path, request.QueryString) = (method, path, query); // for the log
        }
    }
}
