using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Lets requests wait while the server knows nothing fresh, which it says with 503 and Retry-After: on a starved machine that is so for moments, and a browser does not come again by itself.</summary>
internal sealed class WhenFresh : IStartupFilter
{
    /// <inheritdoc/>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        var feed = app.ApplicationServices.GetRequiredService<ChangeFeed>();
        app.Use(async (context, go) =>
        {
            for (var i = 0; i < 2400 && !feed.IsFresh; i++) await Task.Delay(50);
            await go(context);
        });
        next(app);
    };
}
