using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tokens;

/// <summary>Validates access tokens that this server issued (RFC 9068 §4).</summary>
public sealed class AccessTokenValidator(KeyRing keys, RevocationList revocations, ChangeFeed feed, ServerOptions options, TimeProvider time)
{
    private readonly VerifiedTokens _verified = new();

    /// <summary>The token, when everything about it holds, it is not on the revocation list and what this node knows is fresh.</summary>
    /// <exception cref="ProtocolException">invalid_token; temporarily_unavailable.</exception>
    public AccessToken Require(string token) => Find(token) ?? throw ProtocolException.InvalidToken();

    /// <summary>The same; null when the token does not hold.</summary>
    /// <exception cref="ProtocolException">temporarily_unavailable.</exception>
    public AccessToken? Find(string token)
    {
        feed.RequireFresh();
        if (Verify(token) is not { } verified || keys.Find(verified.Kid) is null) return null;
        var read = verified.Token;
        var now = time.GetUtcNow();
        var skew = options.Lifetimes.ClockSkew;
        if (read.Expires + skew <= now || read.IssuedAt - skew > now) return null;
        return revocations.Contains(read, verified.Kid) ? null : read;
    }

    private VerifiedTokens.Verified? Verify(string token)
    {
        if (token.Length > Jws.MaxLength) return null;
        var fingerprint = VerifiedTokens.FingerprintOf(token);
        if (_verified.Find(fingerprint) is { } known) return known;
        if (JwtAccessToken.Read(token, options.Issuer, keys, out var kid) is not { } read) return null;
        var verified = new VerifiedTokens.Verified(read, kid);
        _verified.Add(fingerprint, verified);
        return verified;
    }
}
