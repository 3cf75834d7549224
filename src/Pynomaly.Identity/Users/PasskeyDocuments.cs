using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Users;

/// <summary>What browsers and password managers ask a site about passkeys and passwords: related origins (Web Authentication Level 3 §5.11.1), where passkeys are looked after
/// (Passkey Endpoints), and where the password is changed (Well-Known URL for Changing Passwords).</summary>
public static class PasskeyDocuments
{
    /// <summary>GET /.well-known/webauthn: the origins that may use this relying party's passkeys; 404 when it is only the issuer's.</summary>
    public static RequestDelegate RelatedOrigins(ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var origins = string.Join(',', new[] { new Uri(options.Issuer).GetLeftPart(UriPartial.Authority) }.Concat(options.Passkeys.RelatedOrigins).Distinct().Select(Quote));
        return options.Passkeys.RelatedOrigins.Length == 0 ? NotFoundAsync : context => WriteAsync(context, $"{{\"origins\":[{origins}]}}");
    }

    /// <summary>GET /.well-known/passkey-endpoints.</summary>
    public static RequestDelegate Endpoints(ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var page = Quote(options.Url(Paths.PasskeysPage));
        return context => WriteAsync(context, $"{{\"enroll\":{page},\"manage\":{page}}}");
    }

    /// <summary>GET /.well-known/change-password: on to the page that does it.</summary>
    public static Task ChangePasswordAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = Paths.PasswordPage;
        return Task.CompletedTask;
    }

    private static Task WriteAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "public, max-age=3600";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
