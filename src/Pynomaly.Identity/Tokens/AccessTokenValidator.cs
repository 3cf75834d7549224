using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Tokens;

/// <summary>Validates access tokens that this server issued (RFC 9068 §4).</summary>
public sealed class AccessTokenValidator
{
    /// <summary>The token, when everything about it holds, it is not on the revocation list and what this node knows is fresh.</summary>
    /// <exception cref="ProtocolException">invalid_token; temporarily_unavailable.</exception>
    public AccessToken Require(string token) => throw new NotSupportedException();
}
