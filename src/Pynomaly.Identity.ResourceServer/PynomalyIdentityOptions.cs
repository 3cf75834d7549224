using Microsoft.AspNetCore.Authentication;

namespace Pynomaly.Identity.ResourceServer;

/// <summary>What a resource API has to know: who issues its tokens, and its own name. Everything else has a value that is safe to leave.</summary>
public sealed class PynomalyIdentityOptions : AuthenticationSchemeOptions
{
    /// <summary>The identity server's issuer, as it stands in its discovery document. Required; https, or http on this machine.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>This API's name in the <c>aud</c> of access tokens. Required.</summary>
    public string Audience { get; set; } = "";

    /// <summary>The address under which clients call this API, without a trailing slash (RFC 9728 §1.2). DPoP proofs are compared with it, never with the Host header.</summary>
    /// <value>Default: <see cref="Audience"/> where that is such an address.</value>
    public string? Resource { get; set; }

    /// <summary>This API's name for people, in its metadata.</summary>
    public string? ResourceName { get; set; }

    /// <summary>The realm of challenges: printable ASCII without quotation marks and backslashes.</summary>
    /// <value>Default: <see cref="Audience"/>.</value>
    public string? Realm { get; set; }

    /// <summary>Scopes that the metadata names beside the permissions that endpoints ask for.</summary>
    public IList<string> Scopes { get; set; } = [];

    /// <summary>Signature algorithms that are accepted, chosen here and never by the token (RFC 8725 §3.1).</summary>
    /// <value>Default, while empty: ES256 and RS256.</value>
    public IList<string> Algorithms { get; set; } = [];

    /// <summary>How far clocks may differ.</summary>
    /// <value>10 seconds; 0 to 60 seconds.</value>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether this API follows the server's revocation list. Without it, a token lives until it expires.</summary>
    public bool FollowRevocations { get; set; } = true;

    /// <summary>How old the revocation list may become while the server is out of reach; then <see cref="WhenListIsStale"/> decides.</summary>
    /// <value>30 seconds; 5 seconds to 1 hour.</value>
    public TimeSpan MaximumListAge { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether requests are refused (503) or accepted while the list is too old, or was never read.</summary>
    public StaleListBehavior WhenListIsStale { get; set; } = StaleListBehavior.Refuse;

    /// <summary>How long requests may wait, after a start and counted from the first of them, for keys and list to be read the first time. Later ones are answered at once.</summary>
    /// <value>5 seconds; 0 to 60 seconds.</value>
    public TimeSpan FirstReadTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The client_id by which this API reads the revocation list, where the server gives the list to clients only.</summary>
    public string? ClientId { get; set; }

    /// <summary>The secret of <see cref="ClientId"/>.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>Refuses tokens that are bound to no key (RFC 9449, RFC 8705): a token that leaks is of no use to anybody.</summary>
    public bool RequireSenderConstraint { get; set; }

    /// <summary>Demands a nonce of this API in DPoP proofs (RFC 9449 §9), so that none can be made in advance.</summary>
    public bool RequireDPoPNonce { get; set; }

    /// <summary>How long after its making a DPoP proof is accepted; so long its jti is remembered.</summary>
    /// <value>60 seconds; 5 to 300 seconds.</value>
    public TimeSpan DPoPProofLifetime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Accepts API keys (<c>Authorization: ApiKey pyn_...</c>), exchanged for access tokens at the server and remembered as long as these live.</summary>
    public bool AcceptApiKeys { get; set; }

    /// <summary>Another header that an API key may stand in, alone; for example <c>X-Api-Key</c>.</summary>
    public string? ApiKeyHeader { get; set; }

    /// <summary>The scope that is asked for when an API key is exchanged.</summary>
    /// <value>Default: none, which gives all that the key carries for this API.</value>
    public string? ApiKeyScope { get; set; }

    /// <summary>How many verified tokens are remembered. Signature and claims are spared for these; expiry, key and revocation are asked each time.</summary>
    /// <value>8192; 0 to 1,000,000.</value>
    public int VerifiedTokens { get; set; } = 8192;

    /// <summary>Serves <c>/.well-known/oauth-protected-resource</c> (RFC 9728) and names it in challenges.</summary>
    public bool ServeResourceMetadata { get; set; } = true;

    /// <summary>Through which requests to the identity server go; for proxies and tests.</summary>
    public HttpMessageHandler? BackchannelHandler { get; set; }

    internal IReadOnlyList<string> AcceptedAlgorithms => Algorithms.Count == 0 ? ["ES256", "RS256"] : [.. Algorithms];

    internal string ResourceIdentifier => (Resource ?? Audience).TrimEnd('/');
}
