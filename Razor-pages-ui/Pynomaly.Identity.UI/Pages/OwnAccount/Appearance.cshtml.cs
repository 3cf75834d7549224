using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>Language and colours of the pages in this browser. Both live in cookies of their own, since the sign-in page is shown before anybody is known.</summary>
internal sealed class AppearanceModel(CurrentPerson person, Confirmation confirmation, ChosenLanguage chosen, ServerOptions options) : AccountPage(person, confirmation)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(365);

    /// <summary>The language; empty: as the browser asks for.</summary>
    [BindProperty]
    public string? Language { get; set; }

    /// <summary>"light", "dark", or "system".</summary>
    [BindProperty]
    public string? Theme { get; set; }

    /// <summary>The languages there are.</summary>
    public static IReadOnlyList<CultureInfo> Languages => [.. Protocol.Languages.All.Select(CultureInfo.GetCultureInfo)];

    private string ThemeCookie => options.IsSecure ? "__Host-theme" : "theme";

    /// <summary>Shows what is chosen.</summary>
    public void OnGet()
    {
        Theme = Request.Cookies[ThemeCookie] is "light" or "dark" ? Request.Cookies[ThemeCookie] : "system";
        Language = chosen.Find(HttpContext) ?? string.Empty;
    }

    /// <summary>Keeps the choice; anything that cannot be chosen counts as the default.</summary>
    public IActionResult OnPost()
    {
        var cookie = new CookieOptions { Secure = options.IsSecure, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true }; // the switch in the footer writes it too
        if (Theme is "light" or "dark") Response.Cookies.Append(ThemeCookie, Theme, new CookieOptions(cookie) { MaxAge = Kept });
        else Response.Cookies.Delete(ThemeCookie, cookie);
        chosen.Keep(HttpContext, Language);
        return Told("AppearanceSaved");
    }
}
