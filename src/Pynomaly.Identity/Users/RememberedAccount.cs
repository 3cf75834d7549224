using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Users;

/// <summary>The username that was signed in with last in this browser, so that its sign-in page need not ask for it.</summary>
/// <remarks>
/// Sealed in a cookie that comes with a completed sign-in only, and looked up nowhere: the page shows what the browser brings, whatever became of the account
/// meanwhile. So it tells nobody whether one exists. "Not you?" takes it away, and so does the deletion of the account here.
/// </remarks>
public sealed class RememberedAccount(IDataProtectionProvider protection, ServerOptions options)
{
    private const int LongestCookie = 2048;
    private readonly IDataProtector _seal = protection.CreateProtector("Pynomaly.Identity.RememberedAccount");

    private string CookieName => options.IsSecure ? "__Host-pyn_last" : "pyn_last";

    /// <summary>The username; null when there is none, or the cookie is not of our making.</summary>
    public string? Find(HttpContext context)
    {
        if (RequestCookie.Find(context, CookieName) is not { Length: > 0 and <= LongestCookie } sealedName) return null;
        try
        {
            return _seal.Unprotect(sealedName);
        }
        catch (Exception e) when (e is CryptographicException or DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Takes it away.</summary>
    public void Forget(HttpContext context) => context.Response.Cookies.Delete(CookieName, Cookie());

    /// <summary>Keeps it, once the sign-in is committed.</summary>
    internal void Keep(HttpContext context, string userName) =>
        context.Response.Cookies.Append(CookieName, _seal.Protect(userName), new CookieOptions(Cookie()) { MaxAge = Devices.Memory });

    private CookieOptions Cookie() => new() { HttpOnly = true, Secure = options.IsSecure, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true };
}
