using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tokens;

/// <summary>Validates access tokens that this server issued (RFC 9068 §4).</summary>
public sealed class AccessTokenValidator(KeyRing keys, RevocationList revocations, ChangeFeed feed, ServerOptions options, TimeProvider time)
{
    /// <summary>The token, when everything about it holds, it is not on the revocation list and what this node knows is fresh.</summary>
    /// <exception cref="ProtocolException">invalid_token; temporarily_unavailable.</exception>
    public AccessToken Require(string token) => Find(token) ?? throw ProtocolException.InvalidToken();

    /// <summary>The same; null when the token does not hold.</summary>
    /// <exception cref="ProtocolException">temporarily_unavailable.</exception>
    public AccessToken? Find(string token)
    {
        feed.RequireFresh();
        if (JwtAccessToken.Read(token, options.Issuer, keys, out var kid) is not { } read) return null;
        var now = time.GetUtcNow();
        var skew = options.Lifetimes.ClockSkew;
        if (read.Expires + skew <= now || read.IssuedAt - skew > now) return null;
        return revocations.Contains(read, kid) ? null : read;
    }
}
