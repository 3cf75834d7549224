using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Samples.WebApp.SignIn;

/// <summary>What a relying party has to know: the identity server's address, and its own name and secret. The rest is discovered.</summary>
internal sealed class OpenIdConnectOptions : OAuthOptions
{
    private ConfigurationManager<OpenIdConnectConfiguration>? _discovery;

    public OpenIdConnectOptions()
    {
        CallbackPath = "/signin-oidc";
        AuthorizationEndpoint = ""; // discovered: the handler puts it before the query
        UsePkce = true; // RFC 7636; the base class sends S256
        SaveTokens = true;

        // The answer comes back by a top-level GET: Lax is enough, and it works on http://localhost too.
        CorrelationCookie.SameSite = SameSiteMode.Lax;
        CorrelationCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
    }

    public string Authority { get; set; } = "";

    public ConfigurationManager<OpenIdConnectConfiguration> Discovery => _discovery ??= new(
        $"{Authority.TrimEnd('/')}/.well-known/openid-configuration",
        new OpenIdConnectConfigurationRetriever(),
        new HttpDocumentRetriever(Backchannel) { RequireHttps = !new Uri(Authority).IsLoopback });

    public override void Validate()
    {
        if (!Uri.TryCreate(Authority, UriKind.Absolute, out _)) throw new InvalidOperationException("Set Authority, for example http://localhost:5080");
        if (string.IsNullOrEmpty(ClientId)) throw new InvalidOperationException("Set ClientId, for example web-sample");
        if (string.IsNullOrEmpty(ClientSecret))
        {
            throw new InvalidOperationException("Set the environment variable SAMPLE_WEB_SECRET; '. samples/environment' makes and sets it");
        }
    }
}
