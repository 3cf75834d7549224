using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>Where a person was going when they left the sign-in to look into their mailbox: a cookie that lives as long as the link in the mail. The mail itself says nothing of it.</summary>
/// <remarks>It names a waiting request of this browser, or a page of the account (<see cref="LocalPath"/>); read, both are looked at anew. It opens nothing: whoever goes on signs in.</remarks>
internal sealed class Onward(Interactions interactions, ServerOptions options)
{
    private const string RequestMark = "request:";
    private const int LongestId = 64;

    private string Name => options.IsSecure ? "__Host-onward" : "onward";

    private CookieOptions Cookie => new() { HttpOnly = true, Secure = options.IsSecure, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true, MaxAge = options.Accounts.LinkLifetime };

    /// <summary>Remembers it; nothing when the person was going nowhere.</summary>
    public void Keep(HttpContext context, string? interaction, string? back)
    {
        if (interaction is { Length: > 0 and <= LongestId }) context.Response.Cookies.Append(Name, RequestMark + interaction, Cookie);
        else if (LocalPath.Find(back) is { } path) context.Response.Cookies.Append(Name, path, Cookie);
    }

    /// <summary>Takes it, once: the way on, and the name of the client that waits there. Null: there is none, or it has ended.</summary>
    public async Task<(string Path, string? Application)?> TakeAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (context.Request.Cookies[Name] is not { } kept) return null;
        context.Response.Cookies.Delete(Name, new CookieOptions(Cookie) { MaxAge = null });
        if (!kept.StartsWith(RequestMark, StringComparison.Ordinal)) return LocalPath.Find(kept) is { } path ? (path, null) : null;
        return await interactions.FindAsync(kept[RequestMark.Length..], context, cancellationToken) is { } waiting ? (waiting.ResumePath, Words.Name(waiting.Application.DisplayName)) : null;
    }
}
