using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using static Pynomaly.Identity.Administration.Review.PostureProfiles;

namespace Pynomaly.Identity.Administration.Review;

/// <summary>What the profiles ask of clients, as far as a registration can fall short of it here. What this server enforces of every client (exact redirect URIs, S256, one-time codes) needs no criterion.</summary>
internal static class Criteria
{
    private const string High = "high";
    private const string Medium = "medium";
    private const string Low = "low";

    /// <summary>How long a secret is young.</summary>
    public static readonly TimeSpan OldSecret = TimeSpan.FromDays(365);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Criterion> All { get; } =
    [
        new("pkce", High, "Codes are not bound by PKCE", "Whoever injects a stolen code into this client's flow is signed in (RFC 9700 §2.1.1, §4.5)", "Set require_pkce to true, and have the client send an S256 challenge", BestPractice, OAuth21, Fapi2)
        {
            Applies = SignsIn, Holds = (client, _, _) => client.Metadata.RequirePkce,
        },
        new("plain-http-redirect", High, "A code is sent over plain http", "Anybody on the way reads the code (RFC 9700 §2.6; FAPI 2.0 §5.3.2.2)", "Register https addresses; plain http is for loopback addresses of installed applications", BestPractice, OAuth21, Fapi2)
        {
            Applies = client => SignsIn(client) && !IsOnDevice(client), Holds = (client, _, _) => client.Metadata.RedirectUris.TrueForAll(uri => !uri.StartsWith("http:", StringComparison.OrdinalIgnoreCase)),
        },
        new("localhost-redirect", Medium, "Any port of the name localhost is accepted", "The name may resolve to another machine, and another program may listen there (RFC 8252 §8.3)", "Set allow_localhost_redirect to false and register http://127.0.0.1 and http://[::1]", BestPractice, OAuth21)
        {
            Applies = SignsIn, Holds = (client, _, _) => !client.Metadata.AllowLocalhostRedirect,
        },
        new("claimed-redirect", Low, "The application's own scheme can be claimed by another application", "Every application on the device may register the same scheme and get the code; PKCE keeps it from using it (RFC 8252 §8.1, RFC 9700 §4.1)", "Where the platform has them, register a claimed https address (App Links, Universal Links)", BestPractice)
        {
            Applies = IsOnDevice, Holds = (client, _, _) => client.Metadata.RedirectUris.TrueForAll(IsHttp),
        },
        new("shared-redirect-host", Low, "Codes are sent to several hosts", "The weakest of them decides; a client for each keeps one's fault from the others (RFC 9700 §4.1)", "Register one client for each host", BestPractice)
        {
            Applies = client => SignsIn(client) && !IsOnDevice(client), Holds = (client, _, _) => client.Metadata.RedirectUris.Select(uri => new Uri(uri).Authority).Distinct(StringComparer.OrdinalIgnoreCase).Count() <= 1,
        },
        new("public-on-server", Medium, "A client on a server keeps no secret", "Whoever knows its name can be it at the token endpoint (RFC 6749 §10.1, OAuth 2.1 §2.4)", "If it runs on a server, set token_endpoint_auth_method to client_secret_basic or private_key_jwt", BestPractice, OAuth21)
        {
            Applies = client => SignsIn(client) && client.IsPublic, Holds = (client, _, _) => IsOnDevice(client) || !LooksLikeServer(client),
        },
        new("secret-in-body", Low, "The secret is sent in the request's body", "Bodies are logged more often than headers; RFC 6749 §2.3.1 recommends against it", "Set token_endpoint_auth_method to client_secret_basic, or better private_key_jwt", OAuth21)
        {
            Applies = HasSecret, Holds = (client, _, _) => client.Metadata.TokenEndpointAuthMethod != ClientAuthenticationMethods.ClientSecretPost,
        },
        new("shared-secret", Low, "The client proves itself by a shared secret", "It is known in two places and sent with every request; a key of its own never leaves the client (RFC 9700 §2.5; FAPI 2.0 §5.3.2.1)", "Set token_endpoint_auth_method to private_key_jwt, with jwks or jwks_uri", BestPractice, Fapi2)
        {
            Applies = client => !client.IsPublic && client.Metadata.GrantTypes.Count > 0, Holds = (client, _, _) => client.Metadata.TokenEndpointAuthMethod == ClientAuthenticationMethods.PrivateKeyJwt,
        },
        new("confidential", Medium, "The client is public", "FAPI 2.0 is for clients that can prove who they are (FAPI 2.0 §5.3.2.1)", "Put a server of yours in front of the browser, and register that as a confidential client", Fapi2)
        {
            Applies = SignsIn, Holds = (client, _, _) => !client.IsPublic,
        },
        new("old-secret", Medium, "The secret is older than a year", "The longer it is used, the more people and backups have seen it (RFC 6819 §4.1.1)", "Rotate it: the old one can go on beside the new one for some days", BestPractice)
        {
            Applies = HasSecret, Holds = (client, _, now) => client.Secrets.Where(secret => secret.IsActive(now)).All(secret => secret.Created + OldSecret > now),
        },
        new("no-secret", High, "The client has no secret that counts", "It cannot prove who it is, so every request of it is refused", "Give it a secret", BestPractice, OAuth21, Fapi2)
        {
            Applies = HasSecret, Holds = (client, _, now) => client.Secrets.Exists(secret => secret.IsActive(now)),
        },
        new("assertion-audience", Medium, "Assertions for the token endpoint's address are accepted", "An assertion made for another server can be passed on to this one (CVE-2025-27370; FAPI 2.0 §5.3.2.1)", "Have the client name the issuer as audience, and set allow_token_endpoint_audience to false", BestPractice, Fapi2)
        {
            Applies = client => client.Metadata.TokenEndpointAuthMethod == ClientAuthenticationMethods.PrivateKeyJwt, Holds = (client, _, _) => !client.Metadata.AllowTokenEndpointAudience,
        },
        new("weak-assertion-algorithm", Low, "Assertions may be signed with RS256", "FAPI 2.0 admits PS256, ES256 and EdDSA only (FAPI 2.0 §5.4.1)", "Set token_endpoint_auth_signing_alg to ES256 or PS256", Fapi2)
        {
            Applies = client => client.Metadata.TokenEndpointAuthMethod == ClientAuthenticationMethods.PrivateKeyJwt,
            Holds = (client, _, _) => client.Metadata.TokenEndpointAuthSigningAlg is Algorithms.ES256 or Algorithms.PS256,
        },
        new("rs256-id-token", Low, "ID tokens are signed with RS256", "FAPI 2.0 admits PS256, ES256 and EdDSA only (FAPI 2.0 §5.4.1); ES256 also signs many times faster", "Set id_token_signed_response_alg to ES256", Fapi2)
        {
            Applies = SignsIn, Holds = (client, _, _) => client.Metadata.IdTokenSignedResponseAlg != Algorithms.RS256,
        },
        new("implicit-consent-public", Medium, "A public client gets tokens without the person's word", "Anybody can pretend to be it in a browser, so the person should decide (RFC 6749 §10.2, RFC 8252 §8.6)", "Set consent to explicit, or redirect to an https address that only the client controls", BestPractice, OAuth21)
        {
            Applies = client => SignsIn(client) && client.IsPublic, Holds = (client, _, _) => client.Metadata.Consent == "explicit" || client.Metadata.RedirectUris.TrueForAll(uri => uri.StartsWith("https:", StringComparison.OrdinalIgnoreCase)),
        },
        new("self-registered-implicit", High, "A client that registered itself is trusted without the person's word", "Nobody has looked at it (RFC 7591 §5, RFC 9700 §4.11.2)", "Set consent to explicit", BestPractice, OAuth21, Fapi2)
        {
            Applies = client => SignsIn(client) && client.IsSelfRegistered, Holds = (client, _, _) => client.Metadata.Consent == "explicit",
        },
        new("long-access-token", Medium, "Access tokens live longer than 15 minutes", "A stolen one is good for as long wherever the revocation list is not followed (RFC 6819 §5.1.5.3)", "Take access_token_lifetime out, or set it to at most 900", BestPractice)
        {
            Applies = GetsTokens, Holds = (client, options, _) => (client.Metadata.AccessTokenLifetime ?? options.Lifetimes.AccessToken.TotalSeconds) <= 900,
        },
        new("sender-constrained", Low, "Access tokens can be used by whoever holds them", "FAPI 2.0 §5.3.2.1 wants them bound to a key of the client (DPoP or mutual TLS); RFC 9700 §2.2.1 recommends it", "Set dpop_bound_access_tokens to true, and let the client send proofs of its key", Fapi2)
        {
            Applies = GetsTokens, Holds = (client, _, _) => client.Metadata.DpopBoundAccessTokens,
        },
        new("pushed-requests", Low, "Authorization requests come through the browser", "FAPI 2.0 §5.3.2.2 wants them pushed (RFC 9126), so that nobody on the way changes or reads them", "Set require_pushed_authorization_requests to true once this server offers it", Fapi2)
        {
            Applies = SignsIn, Holds = (client, _, _) => client.Metadata.RequirePushedAuthorizationRequests,
        },
        new("every-permission", High, "The client holds everything", "Its secret is worth the whole server and every API (RFC 9700 §2.3: the least privilege)", "Name the permissions that it needs", BestPractice, OAuth21, Fapi2)
        {
            Applies = ActsItself, Holds = (client, _, _) => client.Metadata.Permissions?.Contains("*:*") != true,
        },
        new("wildcard-permission", Low, "The client holds permissions by wildcard", "It will hold what is added later, unseen (RFC 9700 §2.3)", "Name the permissions that it needs", BestPractice)
        {
            Applies = ActsItself, Holds = (client, _, _) => client.Metadata.Permissions?.Exists(pattern => pattern != "*:*" && pattern.Contains('*', StringComparison.Ordinal)) != true,
        },
        new("administers-itself", Medium, "The client may administer this server by itself", "No second factor stands before what it does; its secret alone does", "Where people use it, let it ask for the scope administration in their name instead", BestPractice)
        {
            Applies = ActsItself, Holds = (client, _, _) => client.Metadata.Permissions?.Contains("*:*") == true || !ManagementPermissions.Of(client.Metadata.Permissions ?? []).Any(name => name.StartsWith("manage:", StringComparison.Ordinal)),
        },
        new("introspects-all", Medium, "The client may look into every token", "It learns of people and tokens that are not meant for it (RFC 7662 §4)", "Name the APIs that it serves in resources, and set introspect_all to false", BestPractice)
        {
            Applies = client => !client.IsPublic, Holds = (client, _, _) => !client.Metadata.IntrospectAll,
        },
        new("several-purposes", Low, "One client signs people in and acts for itself", "A flaw on one side gives away the other; and a subject that can be both is confused (RFC 9700 §4.15)", "Register a client of its own for the service", BestPractice)
        {
            Applies = SignsIn, Holds = (client, _, _) => !client.Allows(GrantTypes.ClientCredentials),
        },
    ];

    private static bool SignsIn(Application client) => client.Allows(GrantTypes.AuthorizationCode);

    private static bool ActsItself(Application client) => client.Allows(GrantTypes.ClientCredentials);

    private static bool GetsTokens(Application client) => client.Metadata.GrantTypes.Count > 0;

    private static bool HasSecret(Application client) => client.Metadata.TokenEndpointAuthMethod is ClientAuthenticationMethods.ClientSecretBasic or ClientAuthenticationMethods.ClientSecretPost;

    private static bool IsOnDevice(Application client) => ClientPurposes.Of(client.Metadata) == ClientPurposes.Native;

    private static bool IsHttp(string uri) => uri.StartsWith("http", StringComparison.OrdinalIgnoreCase);

    // What frameworks on servers register; a page in the browser has no such address.
    private static bool LooksLikeServer(Application client) => client.Metadata.RedirectUris.Exists(uri => uri.EndsWith("/signin-oidc", StringComparison.Ordinal) || uri.EndsWith("/login/oauth2/code", StringComparison.Ordinal));
}
