using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>The headers that belong to a page: a content security policy without any inline code, and no keeping of a page that may show a person's data.</summary>
internal sealed class PageHeaders : IAlwaysRunResultFilter
{
    private static readonly object FormTarget = new();

    /// <summary>Lets forms of this page end at the address. Browsers hold form-action against every redirect that follows a form, so the client's redirect URI must be named.</summary>
    public static void AllowFormTarget(HttpContext context, string? uri)
    {
        if (!Uri.TryCreate(uri, UriKind.Absolute, out var target)) return;
        // An application's own scheme has no origin: the scheme alone is the source expression (CSP 3, 2.3.1).
        context.Items[FormTarget] = target.Scheme is "https" or "http" ? $" {target.GetLeftPart(UriPartial.Authority)}" : $" {target.Scheme}:";
    }

    /// <inheritdoc/>
    public void OnResultExecuting(ResultExecutingContext context)
    {
        var headers = context.HttpContext.Response.Headers;
        headers.CacheControl = "no-cache, no-store"; // what antiforgery would set too, and warn of at every form
        headers.Pragma = "no-cache";
        headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' https: data:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
            + $"form-action 'self'{context.HttpContext.Items[FormTarget]}; frame-ancestors 'none'";
    }

    /// <inheritdoc/>
    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}
