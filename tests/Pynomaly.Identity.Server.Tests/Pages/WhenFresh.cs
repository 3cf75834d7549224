using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Lets requests wait while the server knows nothing fresh, which it says with 503 and Retry-After: on a starved machine that is so for moments, and a browser does not come again by itself.
/// Where such a moment begins within the request, the browser is sent to the same address with the same form (RFC 9110 §15.4.8).</summary>
internal sealed class WhenFresh : IStartupFilter
{
    /// <inheritdoc/>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        var feed = app.ApplicationServices.GetRequiredService<ChangeFeed>();
        app.Use(async (context, go) =>
        {
            for (var i = 0; i < 2400 && !feed.IsFresh; i++) await Task.Delay(50);
            if (context.Request.Headers["Sec-Fetch-Mode"] == "navigate") context.Response.OnStarting(() => ComeAgainAsync(context));
            await go(context);
        });
        next(app);
    };

    private static Task ComeAgainAsync(HttpContext context)
    {
        if (!IsLater(context)) return Task.CompletedTask;
        context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
        context.Response.Headers.Location = TargetOf(context);
        return Task.CompletedTask;
    }

    // A page that is asked for by its status says that of itself. The authorization endpoint can tell a client only by redirect (RFC 6749 §4.1.2.1).
    private static bool IsLater(HttpContext context) =>
        (context.Response.StatusCode == StatusCodes.Status503ServiceUnavailable && context.Response.Headers.RetryAfter.Count > 0 && !TargetOf(context).StartsWith("/status/", StringComparison.Ordinal))
        || context.Response.Headers.Location.ToString().Contains("error=temporarily_unavailable", StringComparison.Ordinal);

    // As it came: while the page of a refusal is written, the path is that page's.
    private static string TargetOf(HttpContext context) => context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
}
