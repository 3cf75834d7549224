using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.UI.Assets;
using Pynomaly.Identity.UI.Pages;

namespace Pynomaly.Identity.UI;

/// <summary>How a host takes the pages in: services, error pages, endpoints.</summary>
public static class PynomalyIdentityUI
{
    /// <summary>Adds the pages' services.</summary>
    public static IServiceCollection AddPynomalyIdentityUI(this IServiceCollection services)
    {
        services.AddLocalization();
        services.AddSingleton<IConfigureOptions<RequestLocalizationOptions>>(provider => new ConfigureOptions<RequestLocalizationOptions>(localization =>
        {
            string[] languages = [.. Languages.All];
            localization.SetDefaultCulture(languages[0]).AddSupportedCultures(languages).AddSupportedUICultures(languages);
            localization.ApplyCurrentCultureToResponseHeaders = true;
            // What the person chose in this browser by their own hand, then what the client asks for, then what the browser asks for.
            var chosen = new CookieRequestCultureProvider { CookieName = provider.GetRequiredService<ServerOptions>().IsSecure ? "__Host-language" : "language" };
            localization.RequestCultureProviders = [chosen, new UiLocales(), new AcceptLanguageHeaderRequestCultureProvider()];
        }));
        services.AddSingleton<AssetCatalogue>();
        services.AddScoped<CurrentPerson>();
        services.AddSingleton<ChosenLanguage>();
        services.AddSingleton<Onward>();
        services.AddSingleton<Pages.Admin.SealedImport>();
        services.AddSingleton<IAntiforgeryAdditionalDataProvider, SessionOfForm>();
        services.AddRazorPages(options => options.Conventions.ConfigureFilter(new PageHeaders()).ConfigureFilter(new SessionOfForm()))
            .AddApplicationPart(typeof(PynomalyIdentityUI).Assembly)
            .AddViewLocalization();
        services.AddSingleton<IConfigureOptions<CookieTempDataProviderOptions>>(provider => new ConfigureOptions<CookieTempDataProviderOptions>(told =>
        {
            var isSecure = provider.GetRequiredService<ServerOptions>().IsSecure;
            told.Cookie.Name = isSecure ? "__Host-told" : "told"; // what the next page says once, encrypted
            told.Cookie.SecurePolicy = isSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            told.Cookie.IsEssential = true;
        }));
        services.AddSingleton<IConfigureOptions<RazorPagesOptions>>(provider => new ConfigureOptions<RazorPagesOptions>(pages =>
        {
            if (provider.GetRequiredService<IWebHostEnvironment>().IsDevelopment()) return;
            pages.Conventions.AddFolderRouteModelConvention("/Development", page => page.Selectors.Clear()); // no path leads there
        }));
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

    /// <summary>Speaks the reader's language, and gives a page to what ends refused and empty. Stands outside whatever refuses people.</summary>
    public static IApplicationBuilder UsePynomalyIdentityUI(this IApplicationBuilder app) => app
        .UseRequestLocalization()
        .Use(next => context => PageRefusals.DressAsync(context, next))
        .Use(next => context => Pages.Admin.LargeForm.PrepareAsync(context, next));

    /// <summary>Maps the pages and their assets.</summary>
    public static IEndpointRouteBuilder MapPynomalyIdentityUI(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods("/assets/{version}/{**path}", [HttpMethods.Get, HttpMethods.Head],
            (HttpContext context, string version, string path, AssetCatalogue assets) => assets.ServeAsync(context, version, path));
        endpoints.MapGet("/assets/accent/{colour}.css", (HttpContext context, string colour) => AssetCatalogue.ServeAccentAsync(context, colour));
        endpoints.MapPost(Paths.LanguageForm, (HttpContext context, ChosenLanguage language) => language.TakeAsync(context));
        PasskeyEndpoints.Map(endpoints);
        endpoints.MapRazorPages();
        return endpoints;
    }
}
