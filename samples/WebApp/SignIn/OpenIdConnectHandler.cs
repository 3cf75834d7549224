using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Samples.WebApp.SignIn;

/// <summary>Sign-in with OpenID Connect Core 1.0, authorization code flow: ASP.NET Core's OAuth handler (state, PKCE) and what OpenID adds to it.</summary>
/// <remarks>Added: discovery, nonce, the issuer in the answer (RFC 9207), the ID token as the one source of who signed in, and UserInfo, which describes the person.</remarks>
internal sealed class OpenIdConnectHandler(IOptionsMonitor<OpenIdConnectOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : OAuthHandler<OpenIdConnectOptions>(options, logger, encoder)
{
    private const string Nonce = "nonce";
    private OpenIdConnectConfiguration _discovered = new();

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        _discovered = await Options.Discovery.GetConfigurationAsync(Context.RequestAborted);
        properties.Items[Nonce] = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
        await base.HandleChallengeAsync(properties);
    }

    protected override string BuildChallengeUrl(AuthenticationProperties properties, string redirectUri)
    {
        string query = base.BuildChallengeUrl(properties, redirectUri);
        return QueryHelpers.AddQueryString(_discovered.AuthorizationEndpoint + query, Nonce, properties.Items[Nonce]!);
    }

    protected override async Task<HandleRequestResult> HandleRemoteAuthenticateAsync()
    {
        _discovered = await Options.Discovery.GetConfigurationAsync(Context.RequestAborted);
        // RFC 9207 §2.4: an answer that another server sent is not read at all (mix-up).
        return Request.Query["iss"] == _discovered.Issuer
            ? await base.HandleRemoteAuthenticateAsync()
            : HandleRequestResult.Fail("The answer does not come from the identity server that was asked");
    }

    protected override Task<OAuthTokenResponse> ExchangeCodeAsync(OAuthCodeExchangeContext context) => Options.RedeemAsync(
        context.Code, context.RedirectUri, context.Properties.Items[OAuthConstants.CodeVerifierKey]!, Context.RequestAborted);

    protected override async Task<AuthenticationTicket> CreateTicketAsync(ClaimsIdentity identity, AuthenticationProperties properties, OAuthTokenResponse tokens)
    {
        string idToken = tokens.Response!.RootElement.GetProperty("id_token").GetString()!;
        var read = await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(idToken, new TokenValidationParameters
        {
            ConfigurationManager = Options.Discovery, // issuer and keys; an unknown kid makes it look again
            ValidAudience = Options.ClientId,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256],
            AuthenticationType = Scheme.Name,
            NameClaimType = "name",
        });
        if (!read.IsValid) throw new AuthenticationException("The ID token is not valid", read.Exception);
        // Core §3.1.3.7, item 11: the nonce ties the ID token to this browser's own request.
        if (!read.Claims.TryGetValue(Nonce, out object? nonce) || nonce as string != properties.Items[Nonce])
        {
            throw new AuthenticationException("The ID token answers another request");
        }

        await DescribeAsync(read.ClaimsIdentity, tokens.AccessToken!);
        properties.Items.Remove(Nonce);
        properties.StoreTokens([.. properties.GetTokens(), new AuthenticationToken { Name = "id_token", Value = idToken }]);
        return new AuthenticationTicket(new ClaimsPrincipal(read.ClaimsIdentity), properties, Scheme.Name);
    }

    /// <summary>Adds what UserInfo tells of the person: with the code flow, name and e-mail stand there and not in the ID token (Core §5.4).</summary>
    private async Task DescribeAsync(ClaimsIdentity person, string accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _discovered.UserInfoEndpoint);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var response = await Backchannel.SendAsync(request, Context.RequestAborted);
        response.EnsureSuccessStatusCode();
        using var info = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Context.RequestAborted));

        // §5.3.2: a description of somebody else is thrown away.
        if (info.RootElement.GetProperty("sub").GetString() != person.FindFirst("sub")?.Value) throw new AuthenticationException("UserInfo describes another person");
        foreach (var claim in info.RootElement.EnumerateObject().Where(claim => !person.HasClaim(known => known.Type == claim.Name)))
        {
            person.AddClaim(new Claim(claim.Name, claim.Value.ToString(), ClaimValueTypes.String, _discovered.Issuer));
        }
    }
}
