using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>Language and colours of the pages in this browser. Both live in cookies of their own, since the sign-in page is shown before anybody is known.</summary>
internal sealed class AppearanceModel(CurrentPerson person, Confirmation confirmation, IOptions<RequestLocalizationOptions> localization, ServerOptions options) : AccountPage(person, confirmation)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(365);

    /// <summary>The language; empty: as the browser asks for.</summary>
    [BindProperty]
    public string? Language { get; set; }

    /// <summary>"light", "dark", or "system".</summary>
    [BindProperty]
    public string? Theme { get; set; }

    /// <summary>The languages there are.</summary>
    public IReadOnlyList<CultureInfo> Languages => [.. localization.Value.SupportedUICultures ?? []];

    private CookieRequestCultureProvider? Provider => localization.Value.RequestCultureProviders.OfType<CookieRequestCultureProvider>().FirstOrDefault();

    private string ThemeCookie => options.IsSecure ? "__Host-theme" : "theme";

    /// <summary>Shows what is chosen.</summary>
    public void OnGet()
    {
        Theme = Request.Cookies[ThemeCookie] is "light" or "dark" ? Request.Cookies[ThemeCookie] : "system";
        var chosen = Provider is { } provider && Request.Cookies[provider.CookieName] is { } cookie ? CookieRequestCultureProvider.ParseCookieValue(cookie)?.UICultures.FirstOrDefault().Value : null;
        Language = Languages.FirstOrDefault(culture => culture.Name == chosen)?.Name ?? string.Empty;
    }

    /// <summary>Keeps the choice; anything that cannot be chosen counts as the default.</summary>
    public IActionResult OnPost()
    {
        Keep(ThemeCookie, Theme is "light" or "dark" ? Theme : null, httpOnly: false); // the switch in the footer writes it too
        if (Provider is { } provider)
            Keep(provider.CookieName, Languages.FirstOrDefault(culture => culture.Name == Language) is { } culture ? CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(culture)) : null, httpOnly: false);
        return Told("AppearanceSaved");
    }

    private void Keep(string cookie, string? value, bool httpOnly)
    {
        var kept = new CookieOptions { HttpOnly = httpOnly, Secure = options.IsSecure, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true, MaxAge = Kept };
        if (value is null) Response.Cookies.Delete(cookie, new CookieOptions(kept) { MaxAge = null });
        else Response.Cookies.Append(cookie, value, kept);
    }
}
