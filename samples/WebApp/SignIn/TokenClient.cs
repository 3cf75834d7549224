using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.OAuth;

namespace Samples.WebApp.SignIn;

/// <summary>Speaks to the token endpoint, with the client's secret in the Authorization header (RFC 6749 §2.3.1).</summary>
internal static class TokenClient
{
    public static Task<OAuthTokenResponse> RedeemAsync(
        this OpenIdConnectOptions options, string code, string redirectUri, string verifier, CancellationToken cancellationToken) =>
        SendAsync(options, new() { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = redirectUri, ["code_verifier"] = verifier }, cancellationToken);

    public static Task<OAuthTokenResponse> RefreshAsync(this OpenIdConnectOptions options, string refreshToken, CancellationToken cancellationToken) =>
        SendAsync(options, new() { ["grant_type"] = "refresh_token", ["refresh_token"] = refreshToken }, cancellationToken);

    /// <summary>Ends the grant behind the refresh token, and with it every access token of this session: RFC 7009 §2.</summary>
    public static async Task RevokeAsync(this OpenIdConnectOptions options, string refreshToken, CancellationToken cancellationToken)
    {
        var discovered = await options.Discovery.GetConfigurationAsync(cancellationToken);
        using var request = Request(options, discovered.RevocationEndpoint, new() { ["token"] = refreshToken, ["token_type_hint"] = "refresh_token" });
        using var response = await options.Backchannel.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    private static async Task<OAuthTokenResponse> SendAsync(OpenIdConnectOptions options, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        var discovered = await options.Discovery.GetConfigurationAsync(cancellationToken);
        using var request = Request(options, discovered.TokenEndpoint, form);
        using var response = await options.Backchannel.SendAsync(request, cancellationToken);
        if ((int)response.StatusCode is not (200 or 400 or 401)) response.EnsureSuccessStatusCode();
        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        return response.IsSuccessStatusCode
            ? OAuthTokenResponse.Success(answer)
            : OAuthTokenResponse.Failed(new TokenRefusedException(answer.RootElement.GetProperty("error").GetString()!));
    }

    private static HttpRequestMessage Request(OpenIdConnectOptions options, string endpoint, Dictionary<string, string> form)
    {
        string credentials = $"{Uri.EscapeDataString(options.ClientId)}:{Uri.EscapeDataString(options.ClientSecret)}";
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        return request;
    }
}
