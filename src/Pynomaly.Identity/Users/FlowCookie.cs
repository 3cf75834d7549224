using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Users;

/// <summary>The cookie that ties waiting requests and half-done sign-ins to the browser that began them: a link to a step of somebody else's opens nothing (CVE-2026-7507).</summary>
/// <remarks>One random value for all requests of the browser, so that several tabs work side by side. It holds no parameters and names nobody.</remarks>
public sealed class FlowCookie(ServerOptions options)
{
    private const string Kind = "flow";
    private const string BoundKind = "bound_flow";
    private const int Length = 43; // 256 bits

    private string Name => options.IsSecure ? "__Host-pyn_flow" : "pyn_flow";

    /// <summary>Binds what this request begins or ends to the value instead of a cookie: for programs, which have none.</summary>
    internal static void Bind(HttpContext context, string value) => context.Items[typeof(FlowCookie)] = Secrets.Hash(BoundKind, value);

    /// <summary>The hash to keep of the browser's value; makes a value where there is none.</summary>
    public string Require(HttpContext context)
    {
        if (Read(context) is { } known) return known;
        var value = Secrets.Create();
        context.Response.Cookies.Append(Name, value, new CookieOptions { HttpOnly = true, Secure = options.IsSecure, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true });
        return Secrets.Hash(Kind, value);
    }

    /// <summary>The hash of the browser's value; null when it sent none.</summary>
    public string? Read(HttpContext context) =>
        context.Items[typeof(FlowCookie)] is string bound ? bound : RequestCookie.Find(context, Name) is { Length: Length } value ? Secrets.Hash(Kind, value) : null;
}
