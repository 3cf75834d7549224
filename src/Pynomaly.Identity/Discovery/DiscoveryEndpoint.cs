using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Grants;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Discovery;

/// <summary>The discovery documents, which are one: bytes that were made when a key or a scope last changed.</summary>
/// <remarks>Grants, client authentication and response modes list themselves: what is registered under the roof is what stands here. Every address is the issuer's, never the Host header's.</remarks>
[Specification("RFC 8414", "OAuth 2.0 Authorization Server Metadata")]
[Specification("OpenID Connect Discovery 1.0", "OpenID Connect Discovery")]
public sealed class DiscoveryEndpoint
{
    private static readonly string[] AssertionAlgorithms = [Algorithms.ES256, Algorithms.PS256, Algorithms.RS256];

    private static readonly string[] StandardScopeNames =
        [StandardScopes.OpenId, StandardScopes.Profile, StandardScopes.Email, StandardScopes.Address, StandardScopes.Phone, StandardScopes.OfflineAccess];

    private readonly Catalogue _catalogue;
    private readonly KeyRing _keys;
    private readonly ServerOptions _options;
    private readonly string[] _grantTypes;
    private readonly string[] _clientMethods;
    private readonly string[] _responseModes;
    private volatile Document? _document;

    /// <summary>Listens to the feed.</summary>
    public DiscoveryEndpoint(Catalogue catalogue, KeyRing keys, ServerOptions options, ChangeFeed feed,
        IEnumerable<IGrant> grants, IEnumerable<IClientAuthenticationMethod> clientMethods, IEnumerable<IResponseMode> responseModes)
    {
        (_catalogue, _keys, _options) = (catalogue, keys, options);
        _grantTypes = [.. grants.Select(grant => grant.GrantType)];
        _clientMethods = [.. clientMethods.Select(method => method.Name)];
        _responseModes = [.. responseModes.Select(mode => mode.Name)];
        feed.Changed += () => _document = null;
    }

    /// <summary>Answers GET and HEAD.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var algorithms = _keys.AlgorithmsInUse; // the same list until a key's turn comes
        if (_document is not { } document || !ReferenceEquals(document.Algorithms, algorithms)) _document = document = await BuildAsync(algorithms);

        var response = context.Response;
        response.Headers.CacheControl = "public, max-age=300";
        response.Headers.ETag = document.Tag;
        response.Headers.AccessControlAllowOrigin = "*";
        if (EntityTag.Matches(context.Request.Headers.IfNoneMatch, document.Tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = "application/json";
        response.ContentLength = document.Bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await response.BodyWriter.WriteAsync(document.Bytes, context.RequestAborted);
    }

    private async ValueTask<Document> BuildAsync(IReadOnlyList<string> algorithms)
    {
        var scopes = (await _catalogue.CurrentAsync()).Scopes.Select(scope => scope.Name).Order(StringComparer.Ordinal);
        var bytes = Describe([.. StandardScopeNames.Union(scopes, StringComparer.Ordinal)], algorithms).Serialize();
        return new Document(bytes, EntityTag.Of(bytes), algorithms);
    }

    private ServerMetadata Describe(IReadOnlyList<string> scopes, IReadOnlyList<string> algorithms)
    {
        // RFC 8414 §2: said where a method signs, and only there.
        var assertionAlgorithms = _clientMethods.Contains(ClientAuthenticationMethods.PrivateKeyJwt) ? AssertionAlgorithms : null;
        return new ServerMetadata
        {
            Issuer = _options.Issuer,
            AuthorizationEndpoint = _options.Url(Paths.Authorize),
            TokenEndpoint = _options.Url(Paths.Token),
            UserinfoEndpoint = _options.Url(Paths.UserInfo),
            JwksUri = _options.Url(Paths.Keys),
            EndSessionEndpoint = _options.Url(Paths.Logout),
            IntrospectionEndpoint = _options.Url(Paths.Introspect),
            RevocationEndpoint = _options.Url(Paths.Revoke),
            PynomalyRevocationsEndpoint = _options.Url(Paths.Revocations),
            ScopesSupported = scopes,
            ResponseTypesSupported = [Parameters.Code],
            ResponseModesSupported = _responseModes,
            GrantTypesSupported = _grantTypes,
            SubjectTypesSupported = ["public"],
            IdTokenSigningAlgValuesSupported = algorithms,
            UserinfoSigningAlgValuesSupported = algorithms,
            TokenEndpointAuthMethodsSupported = [.. _clientMethods, ClientAuthenticationMethods.None],
            TokenEndpointAuthSigningAlgValuesSupported = assertionAlgorithms,
            IntrospectionEndpointAuthMethodsSupported = _clientMethods,
            IntrospectionEndpointAuthSigningAlgValuesSupported = assertionAlgorithms,
            IntrospectionSigningAlgValuesSupported = algorithms,
            RevocationEndpointAuthMethodsSupported = [.. _clientMethods, ClientAuthenticationMethods.None],
            RevocationEndpointAuthSigningAlgValuesSupported = assertionAlgorithms,
            CodeChallengeMethodsSupported = [ProofKey.Method],
            DPoPSigningAlgValuesSupported = DPoPProof.Algorithms,
            PromptValuesSupported = [Prompts.None, Prompts.Login, Prompts.Consent, Prompts.SelectAccount],
            DisplayValuesSupported = ["page"],
            AcrValuesSupported = AuthenticationLevels.All,
            ClaimTypesSupported = ["normal"],
            ClaimsSupported = UserClaims.Supported,
            UiLocalesSupported = Languages.All,
        };
    }

    private sealed record Document(byte[] Bytes, string Tag, IReadOnlyList<string> Algorithms);
}
