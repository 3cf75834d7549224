using System.Text.Json;

namespace Pynomaly.Identity.Model;

/// <summary>What a client is registered with, in the names of RFC 7591 §2 and of the OpenID Connect registration; the same record serves files, API and registration.</summary>
public sealed record ClientMetadata
{
    /// <summary>Name shown to people.</summary>
    public string? ClientName { get; init; }

    /// <summary>Redirect URIs, compared as exact strings (RFC 9700 §2.1); of a loopback IP literal only the port may vary (RFC 8252 §7.3).</summary>
    public List<string> RedirectUris { get; init; } = [];

    /// <summary>Where a logout may return to, compared as exact strings.</summary>
    public List<string> PostLogoutRedirectUris { get; init; } = [];

    /// <summary>Grant types the client may use. Default: authorization_code.</summary>
    public List<string> GrantTypes { get; init; } = ["authorization_code"];

    /// <summary>Response types the client may use. Only "code" exists here.</summary>
    public List<string> ResponseTypes { get; init; } = ["code"];

    /// <summary>How the client proves who it is: exactly this one method. Default: client_secret_basic.</summary>
    public string TokenEndpointAuthMethod { get; init; } = "client_secret_basic";

    /// <summary>Algorithm of client assertions; null allows ES256, PS256 and RS256.</summary>
    public string? TokenEndpointAuthSigningAlg { get; init; }

    /// <summary>Scopes the client may ask for, separated by blanks.</summary>
    public string Scope { get; init; } = string.Empty;

    /// <summary>Permissions the client itself holds (client credentials), and the most it may ask for on behalf of people; patterns allowed. Null: for people no narrower than the scopes.</summary>
    public List<string>? Permissions { get; init; }

    /// <summary>"explicit" asks the person once per set of scopes; "implicit" is for the operator's own clients.</summary>
    public string Consent { get; init; } = "explicit";

    /// <summary>The client's public keys, inline; never together with <see cref="JwksUri"/>.</summary>
    public JsonElement? Jwks { get; init; }

    /// <summary>Where the client's public keys are fetched from.</summary>
    public string? JwksUri { get; init; }

    /// <summary>Algorithm of ID tokens. Default RS256 (OpenID Connect Registration §2); presets and samples name ES256.</summary>
    public string IdTokenSignedResponseAlg { get; init; } = "RS256";

    /// <summary>Algorithm of signed UserInfo answers; null answers JSON.</summary>
    public string? UserinfoSignedResponseAlg { get; init; }

    /// <summary>Algorithm of signed introspection answers, where the client accepts them (RFC 9701 §6); null is RS256.</summary>
    public string? IntrospectionSignedResponseAlg { get; init; }

    /// <summary>Algorithm of access tokens; null is the server's default.</summary>
    public string? AccessTokenSignedResponseAlg { get; init; }

    /// <summary>The client's page, logo, policy and terms: shown at consent.</summary>
    public string? ClientUri { get; init; }

    /// <summary>Logo, https only.</summary>
    public string? LogoUri { get; init; }

    /// <summary>Colour of buttons and links on the pages that the client sends people to, "#rrggbb"; moved towards black or white where it could not be read.</summary>
    public string? AccentColor { get; init; }

    /// <summary>Privacy policy.</summary>
    public string? PolicyUri { get; init; }

    /// <summary>Terms of service.</summary>
    public string? TosUri { get; init; }

    /// <summary>Who to write to.</summary>
    public List<string>? Contacts { get; init; }

    /// <summary>False exempts a confidential client from PKCE (RFC 9700 §2.1.1 wants it of all; the certification's clients cannot).</summary>
    public bool RequirePkce { get; init; } = true;

    /// <summary>True admits only pushed requests (RFC 9126 §6).</summary>
    public bool RequirePushedAuthorizationRequests { get; init; }

    /// <summary>True issues only DPoP-bound tokens (RFC 9449 §5.2).</summary>
    public bool DpopBoundAccessTokens { get; init; }

    /// <summary>True gives each access token a place on a Token Status List (claim "status"), at the price of a row for each.</summary>
    public bool StatusList { get; init; }

    /// <summary>max_age when the request names none, in seconds.</summary>
    public int? DefaultMaxAge { get; init; }

    /// <summary>True: people come to this client only signed in with a second factor or a passkey.</summary>
    public bool RequireSecondFactor { get; init; }

    /// <summary>Lifetime of access tokens in seconds; null is the server's.</summary>
    public int? AccessTokenLifetime { get; init; }

    /// <summary>Seconds in which the direct parent of a refresh token may be presented again; 0 is strict; null is the server's.</summary>
    public int? RefreshRetryWindow { get; init; }

    /// <summary>True lets other ports of http://localhost pass as loopback redirects (RFC 8252 §8.3 advises against the name).</summary>
    public bool AllowLocalhostRedirect { get; init; }

    /// <summary>True also accepts the token endpoint's address as audience of client assertions, for clients that know no better (CVE-2025-27370).</summary>
    public bool AllowTokenEndpointAudience { get; init; }

    /// <summary>True lets the client introspect tokens of any audience (an operator's gateway); otherwise only its own and those of <see cref="Resources"/>.</summary>
    public bool IntrospectAll { get; init; }

    /// <summary>The API audiences that this client is the resource server of: it may introspect their tokens.</summary>
    public List<string>? Resources { get; init; }
}
