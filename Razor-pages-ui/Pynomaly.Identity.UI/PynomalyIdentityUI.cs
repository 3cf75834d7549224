using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.UI.Assets;
using Pynomaly.Identity.UI.Pages;

namespace Pynomaly.Identity.UI;

/// <summary>How a host takes the pages in: services, error pages, endpoints.</summary>
public static class PynomalyIdentityUI
{
    /// <summary>The languages that the texts exist in; the first is the one for everybody else.</summary>
    private static readonly string[] Languages = ["en"];

    /// <summary>Adds the pages' services.</summary>
    public static IServiceCollection AddPynomalyIdentityUI(this IServiceCollection services)
    {
        services.AddLocalization();
        services.Configure<RequestLocalizationOptions>(options => options
            .SetDefaultCulture(Languages[0]).AddSupportedCultures(Languages).AddSupportedUICultures(Languages));
        services.AddSingleton<AssetCatalogue>();
        services.AddRazorPages(options => options.Conventions.ConfigureFilter(new PageHeaders()))
            .AddApplicationPart(typeof(PynomalyIdentityUI).Assembly)
            .AddViewLocalization();
        services.AddSingleton<IConfigureOptions<AntiforgeryOptions>>(provider => new ConfigureOptions<AntiforgeryOptions>(antiforgery =>
        {
            var isSecure = provider.GetRequiredService<ServerOptions>().IsSecure;
            antiforgery.Cookie.Name = isSecure ? "__Host-antiforgery" : "antiforgery";
            antiforgery.Cookie.SecurePolicy = isSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            // Lax, because people arrive from the client's site: a Strict cookie would be replaced at each arrival, and the form in another tab would break.
            antiforgery.Cookie.SameSite = SameSiteMode.Lax;
            antiforgery.SuppressXFrameOptionsHeader = true; // frame-ancestors says it, on every page
        }));
        return services;
    }

    /// <summary>Gives refusals without a body, and failures, a page. Stands before routing; leaves the protocol's and the programs' paths alone.</summary>
    public static IApplicationBuilder UsePynomalyIdentityUI(this IApplicationBuilder app) =>
        app.UseWhen(context => !IsForPrograms(context.Request.Path), branch => branch
            .UseRequestLocalization()
            .UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandlingPath = "/status/500", CreateScopeForErrors = true })
            .UseStatusCodePagesWithReExecute("/status/{0}"))
            // What the authorization and logout endpoints may not redirect, a person reads (PageError).
            .UseWhen(context => IsForPeople(context.Request.Path), branch => branch
                .UseRequestLocalization()
                .UseStatusCodePagesWithReExecute(Paths.ErrorPage));

    /// <summary>Maps the pages and their assets.</summary>
    public static IEndpointRouteBuilder MapPynomalyIdentityUI(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods("/assets/{version}/{**path}", [HttpMethods.Get, HttpMethods.Head],
            (HttpContext context, string version, string path, AssetCatalogue assets) => assets.ServeAsync(context, version, path));
        endpoints.MapRazorPages();
        return endpoints;
    }

    private static bool IsForPeople(PathString path) =>
        path.StartsWithSegments(Paths.Authorize, StringComparison.Ordinal) || path.StartsWithSegments(Paths.Logout, StringComparison.Ordinal);

    private static bool IsForPrograms(PathString path) =>
        path.StartsWithSegments("/connect", StringComparison.Ordinal) || path.StartsWithSegments("/api", StringComparison.Ordinal)
        || path.StartsWithSegments("/.well-known", StringComparison.Ordinal) || path.StartsWithSegments("/health", StringComparison.Ordinal)
        || path.StartsWithSegments("/assets", StringComparison.Ordinal);
}
