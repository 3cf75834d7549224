using Microsoft.AspNetCore.Http;

namespace Pynomaly.Identity.ResourceServer.Tokens;

/// <summary>Why a request is refused: status, error code (RFC 6750 §3.1), one sentence a kind without any value of the request, and the word that metrics count it under.</summary>
internal sealed record Refusal(int Status, string Error, string Reason, string Description)
{
    public static readonly Refusal
        Malformed = Invalid("malformed", "The access token is malformed"),
        NotAnAccessToken = Invalid("type", "The token is not an access token"),
        Algorithm = Invalid("algorithm", "The access token is signed by an algorithm that is not accepted here"),
        Signature = Invalid("signature", "The signature of the access token is not valid"),
        Issuer = Invalid("issuer", "The access token is from another issuer"),
        Audience = Invalid("audience", "The access token is for another audience"),
        Claims = Invalid("claims", "The access token lacks a claim that RFC 9068 requires"),
        Expired = Invalid("expired", "The access token expired"),
        NotYetValid = Invalid("not_yet_valid", "The access token is not valid yet"),
        Revoked = Invalid("revoked", "The access token was revoked"),
        BoundAsBearer = Invalid("bound_as_bearer", "The access token is bound to a key and needs a DPoP proof"),
        NotBound = Invalid("not_bound", "The access token is not bound to a key"),
        ProofKey = Invalid("proof_key", "The access token is bound to another key"),
        Certificate = Invalid("certificate", "The access token is bound to another client certificate"),
        Confirmation = Invalid("confirmation", "The access token is bound in a way that is not known here"),
        ApiKey = Invalid("api_key", "The API key does not hold"),
        SentTwice = Bad("sent_twice", "The access token was sent in more than one way"),
        InQuery = Bad("in_query", "The access token belongs into the Authorization header"),
        Empty = Bad("empty", "The Authorization header holds no token"),
        ListIsStale = Unavailable("list_stale", "The revocation list cannot be read"),
        NoKeys = Unavailable("no_keys", "The keys of the identity server cannot be read"),
        ServerIsBusy = Unavailable("exchange", "The identity server does not exchange API keys now"),
        TooManyProofs = Unavailable("replay_cache_full", "Too many DPoP proofs of this client"),
        ProofsNotShared = Unavailable("proofs_not_shared", "It cannot be told now whether the DPoP proof was used before");

    public static Refusal Proof(string description) => new(StatusCodes.Status401Unauthorized, "invalid_dpop_proof", "proof", description);

    public static readonly Refusal NonceWanted = new(StatusCodes.Status401Unauthorized, "use_dpop_nonce", "nonce", "A nonce of this API is required in the DPoP proof");

    private static Refusal Invalid(string reason, string description) => new(StatusCodes.Status401Unauthorized, "invalid_token", reason, description);

    private static Refusal Bad(string reason, string description) => new(StatusCodes.Status400BadRequest, "invalid_request", reason, description);

    // RFC 9110 §15.6.4: the token may be good. A 401 would make clients throw it away and ask a server in trouble for another.
    private static Refusal Unavailable(string reason, string description) => new(StatusCodes.Status503ServiceUnavailable, "temporarily_unavailable", reason, description);
}
