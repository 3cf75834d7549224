using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.Options;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>The language that the person chose in this browser: a cookie, and the form in the footer that writes it where no script does.</summary>
/// <remarks>The form says where it stood, sealed by us: only pages that we have written ourselves are gone back to. It changes no more than a language, so it carries no antiforgery token.</remarks>
internal sealed class ChosenLanguage(IDataProtectionProvider protection, IOptions<RequestLocalizationOptions> localization, ServerOptions options)
{
    private const int LongestQuery = 1024;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(365);
    private readonly IDataProtector _seal = protection.CreateProtector("Pynomaly.Identity.Language");

    private string Cookie => localization.Value.RequestCultureProviders.OfType<CookieRequestCultureProvider>().First().CookieName;

    /// <summary>The language chosen here; null: none was.</summary>
    public string? Find(HttpContext context) =>
        context.Request.Cookies[Cookie] is { } cookie && CookieRequestCultureProvider.ParseCookieValue(cookie) is { UICultures: [var first, ..] } ? Languages.All.FirstOrDefault(one => one == first.Value) : null;

    /// <summary>Keeps it; what is no language of the pages means none.</summary>
    public void Keep(HttpContext context, string? language)
    {
        var cookie = new CookieOptions { Secure = options.IsSecure, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true }; // the script writes it too
        if (language is null || !Languages.All.Contains(language)) context.Response.Cookies.Delete(Cookie, cookie);
        else context.Response.Cookies.Append(Cookie, CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(language)), new CookieOptions(cookie) { MaxAge = Kept });
    }

    /// <summary>This page, as the form in its footer names it.</summary>
    public string Seal(HttpRequest request) =>
        _seal.Protect(request.PathBase + request.Path + (request.QueryString.ToUriComponent() is { Length: <= LongestQuery } query ? query : null));

    /// <summary>Takes the form, and goes back to its page.</summary>
    public async Task TakeAsync(HttpContext context)
    {
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : FormCollection.Empty;
        Keep(context, form["language"]);
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = Open(form["back"]);
    }

    private string Open(string? seal)
    {
        try
        {
            return _seal.Unprotect(seal ?? string.Empty);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return "/"; // not of our making
        }
    }
}
