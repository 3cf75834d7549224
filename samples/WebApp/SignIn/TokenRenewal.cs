using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;

namespace Samples.WebApp.SignIn;

/// <summary>Keeps the session's access token alive with the refresh token (RFC 6749 §6); a refused refresh ends the session.</summary>
internal sealed class TokenRenewal(IOptionsMonitor<OpenIdConnectOptions> options, TimeProvider time) : CookieAuthenticationEvents
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        string? expires = context.Properties.GetTokenValue("expires_at");
        if (expires is not null && DateTimeOffset.Parse(expires, CultureInfo.InvariantCulture) - time.GetUtcNow() > Margin) return;

        if (await RenewAsync(context.Properties, context.HttpContext.RequestAborted))
        {
            context.ShouldRenew = true;
        }
        else
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        }
    }

    /// <summary>Puts fresh tokens into the session; false where the identity server no longer grants any.</summary>
    public async Task<bool> RenewAsync(AuthenticationProperties session, CancellationToken cancellationToken)
    {
        if (session.GetTokenValue("refresh_token") is not { } refreshToken) return false;
        using var answer = await options.Get(SchemeNames.Pynomaly).RefreshAsync(refreshToken, cancellationToken);
        if (answer.Error is not null) return false;

        session.UpdateTokenValue("access_token", answer.AccessToken!);
        if (answer.RefreshToken is { } next) session.UpdateTokenValue("refresh_token", next);
        var expires = time.GetUtcNow().AddSeconds(int.Parse(answer.ExpiresIn!, CultureInfo.InvariantCulture));
        session.UpdateTokenValue("expires_at", expires.ToString("o", CultureInfo.InvariantCulture));
        return true;
    }
}
