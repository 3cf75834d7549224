using Microsoft.AspNetCore.Http;

namespace Pynomaly.Identity.Protocol;

/// <summary>A request that the protocol refuses: the error code of the specification, a description for the developer, and the status.</summary>
/// <remarks>One door writes it (<see cref="ProtocolDoor"/>), so that a forgotten check fails closed. RFC 6749 §5.2.</remarks>
public sealed class ProtocolException : Exception
{
    private ProtocolException(string error, string description, int status) : base(description)
    {
        Error = error;
        Status = status;
    }

    /// <summary>The error code, one of <see cref="Errors"/>.</summary>
    public string Error { get; }

    /// <summary>What went wrong, in ASCII without quotes and backslashes (RFC 6749 §5.2).</summary>
    public string Description => Message;

    /// <summary>The HTTP status of the answer.</summary>
    public int Status { get; }

    /// <summary>Seconds after which to try again, for 429 and 503.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>True when the client tried the Basic scheme, which the answer must then name (RFC 6749 §5.2).</summary>
    public bool ChallengeBasic { get; init; }

    /// <summary>The bearer challenge of a protected resource, where the refusal is one (RFC 6750 §3).</summary>
    public bool ChallengeBearer { get; init; }

    /// <summary>The scope that would have sufficed, for insufficient_scope (RFC 6750 §3.1).</summary>
    public string? RequiredScope { get; init; }

    /// <summary>How old the authentication may be at most, in seconds, for insufficient_user_authentication.</summary>
    public int? RequiredMaxAge { get; init; }

    /// <summary>The authentication context class that would have sufficed, likewise.</summary>
    public string? RequiredAcr { get; init; }

    /// <summary>The nonce that the next DPoP proof has to carry (RFC 9449 §8).</summary>
    public string? Nonce { get; init; }

    /// <summary>The request lacks a parameter, has one twice, or has one that makes no sense.</summary>
    public static ProtocolException InvalidRequest(string description) => new(Errors.InvalidRequest, description, StatusCodes.Status400BadRequest);

    /// <summary>The client is unknown, or did not prove who it is. One text for every reason, so that nothing can be probed.</summary>
    public static ProtocolException InvalidClient(bool basic = false) =>
        new(Errors.InvalidClient, "Client authentication failed", StatusCodes.Status401Unauthorized) { ChallengeBasic = basic };

    /// <summary>The code or refresh token is unknown, used, expired, revoked, or not this client's.</summary>
    public static ProtocolException InvalidGrant(string description) => new(Errors.InvalidGrant, description, StatusCodes.Status400BadRequest);

    /// <summary>The client may not use this grant type or response type.</summary>
    public static ProtocolException UnauthorizedClient(string description) => new(Errors.UnauthorizedClient, description, StatusCodes.Status400BadRequest);

    /// <summary>The grant type is unknown here.</summary>
    public static ProtocolException UnsupportedGrantType(string description) =>
        new(Errors.UnsupportedGrantType, description, StatusCodes.Status400BadRequest);

    /// <summary>The scope is unknown, malformed, or wider than allowed.</summary>
    public static ProtocolException InvalidScope(string description) => new(Errors.InvalidScope, description, StatusCodes.Status400BadRequest);

    /// <summary>The resource indicator is unknown or not part of the grant (RFC 8707 §2).</summary>
    public static ProtocolException InvalidTarget(string description) => new(Errors.InvalidTarget, description, StatusCodes.Status400BadRequest);

    /// <summary>The access token does not hold (RFC 6750 §3.1).</summary>
    public static ProtocolException InvalidToken(string description = "The access token is invalid, expired or revoked") =>
        new(Errors.InvalidToken, description, StatusCodes.Status401Unauthorized) { ChallengeBearer = true };

    /// <summary>The access token was sent in no way, or in more ways, than the specification knows (RFC 6750 §3.1).</summary>
    public static ProtocolException InvalidBearerRequest(string description) =>
        new(Errors.InvalidRequest, description, StatusCodes.Status400BadRequest) { ChallengeBearer = true };

    /// <summary>The DPoP proof does not hold, is missing where it is needed, or was used before (RFC 9449 §5, §7.1).</summary>
    public static ProtocolException InvalidDPoPProof(string description, bool atResource = false) =>
        new(Errors.InvalidDPoPProof, description, atResource ? StatusCodes.Status401Unauthorized : StatusCodes.Status400BadRequest) { ChallengeBearer = atResource };

    /// <summary>The DPoP proof must carry a nonce that this server gave; the answer gives one (RFC 9449 §8, §9).</summary>
    public static ProtocolException UseDPoPNonce(string nonce, bool atResource = false) =>
        new(Errors.UseDPoPNonce, "The proof must carry the nonce of this answer", atResource ? StatusCodes.Status401Unauthorized : StatusCodes.Status400BadRequest) { ChallengeBearer = atResource, Nonce = nonce };

    /// <summary>No access token was sent: a challenge without an error code (RFC 6750 §3.1, last paragraph).</summary>
    public static ProtocolException TokenMissing() =>
        new(string.Empty, "An access token is required", StatusCodes.Status401Unauthorized) { ChallengeBearer = true };

    /// <summary>The access token does not cover this (RFC 6750 §3.1).</summary>
    public static ProtocolException InsufficientScope(string scope) =>
        new(Errors.InsufficientScope, "The access token does not cover this", StatusCodes.Status403Forbidden) { ChallengeBearer = true, RequiredScope = scope };

    /// <summary>The sign-in behind the access token is too old or too weak: says what a new authorization request has to ask for (RFC 9470 §3).</summary>
    public static ProtocolException InsufficientUserAuthentication(int maxAge, string? acr) =>
        new(Errors.InsufficientUserAuthentication, "A more recent or stronger authentication is required", StatusCodes.Status401Unauthorized) { ChallengeBearer = true, RequiredMaxAge = maxAge, RequiredAcr = acr };

    /// <summary>Too many requests: try again later (RFC 6585 §4).</summary>
    public static ProtocolException TooManyRequests(int retryAfter) =>
        new(Errors.SlowDown, "Too many requests", StatusCodes.Status429TooManyRequests) { RetryAfter = retryAfter };

    /// <summary>The server cannot answer truthfully now, for example because its database does not answer.</summary>
    public static ProtocolException TemporarilyUnavailable(string description = "The server is temporarily unable to answer") =>
        new(Errors.TemporarilyUnavailable, description, StatusCodes.Status503ServiceUnavailable) { RetryAfter = 1 };

    /// <summary>The answer of the authorization endpoint's own error codes, which travel by redirect.</summary>
    public static ProtocolException Authorization(string error, string description) => new(error, description, StatusCodes.Status400BadRequest);
}
