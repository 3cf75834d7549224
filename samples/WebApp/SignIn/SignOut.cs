using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace Samples.WebApp.SignIn;

/// <summary>Ends the session here, then at the identity server: OpenID Connect RP-Initiated Logout 1.0 §2.</summary>
internal static class SignOut
{
    public const string ReturnPath = "/signed-out";

    /// <summary>Ends the local session and says where the browser must go next.</summary>
    public static async Task<string> SignOutEverywhereAsync(this HttpContext context)
    {
        var options = context.RequestServices.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>().Get(SchemeNames.Pynomaly);
        var discovered = await options.Discovery.GetConfigurationAsync(context.RequestAborted);
        string? idToken = await context.GetTokenAsync("id_token");
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);

        return QueryHelpers.AddQueryString(discovered.EndSessionEndpoint, new Dictionary<string, string?>
        {
            ["id_token_hint"] = idToken,
            ["client_id"] = options.ClientId,
            ["post_logout_redirect_uri"] = $"{context.Request.Scheme}://{context.Request.Host}{ReturnPath}",
        });
    }
}
