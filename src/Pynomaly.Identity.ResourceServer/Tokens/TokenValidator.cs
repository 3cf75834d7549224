using Pynomaly.Identity.ResourceServer.Revocation;

namespace Pynomaly.Identity.ResourceServer.Tokens;

/// <summary>Validates access tokens: RFC 9068 §4, JWTs after RFC 8725. What is costly and cannot change (signature, claims) is remembered; what can change (time, keys, list) is asked each time.</summary>
internal sealed class TokenValidator(PynomalyIdentityOptions options, IssuerKeys keys, RevokedTokens revoked, TimeProvider time)
{
    private static readonly string[] Types = ["at+jwt", "application/at+jwt"];
    private readonly Fingerprints<AccessToken> _verified = new(options.VerifiedTokens);
    private readonly IReadOnlyList<string> _algorithms = options.AcceptedAlgorithms;
    private readonly long _skew = (long)options.ClockSkew.TotalSeconds;

    /// <summary>The token, when everything about it holds but its binding, which is the request's to prove.</summary>
    public async ValueTask<Verdict> ValidateAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length > CompactToken.MaxLength) return Refusal.Malformed;
        var fingerprint = Fingerprints<AccessToken>.Of(token);
        if (_verified.Find(fingerprint) is { } known) return Judge(known) is { } now ? now : known;
        var verdict = await VerifyAsync(token, cancellationToken);
        if (!verdict.Holds) return verdict;
        if (Judge(verdict.Token) is { } refusal) return refusal;
        _verified.SetAtSecondSight(fingerprint, verdict.Token);
        return verdict;
    }

    /// <summary>What time, the published keys and the revocation list say of a verified token now; null: it stands.</summary>
    public Refusal? Judge(AccessToken token)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (token.Expires + _skew <= now) return Refusal.Expired; // RFC 7519 §4.1.4
        if (token.NotBefore - _skew > now || token.IssuedAt - _skew > now) return Refusal.NotYetValid; // §4.1.5
        if (keys.Find(token.Kid) is null) return Refusal.Signature; // retired, or taken back
        return options.FollowRevocations && revoked.Contains(token) ? Refusal.Revoked : null;
    }

    private async ValueTask<Verdict> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        if (!CompactToken.TryRead(token, CompactToken.MaxLength, out var header)) return Refusal.Malformed;
        if (!Types.Contains(header.Type, StringComparer.OrdinalIgnoreCase)) return Refusal.NotAnAccessToken; // RFC 9068 §4: an ID token is no access token
        if (!_algorithms.Contains(header.Algorithm)) return Refusal.Algorithm; // RFC 8725 §3.1
        if (await keys.FindAsync(header.Kid, cancellationToken) is not { } key) return keys.IsFailing ? Refusal.NoKeys : Refusal.Signature;
        if (!key.Signed(token, header.Algorithm)) return Refusal.Signature;
        return ClaimReader.Read(CompactToken.PayloadOf(token), options.Issuer, options.Audience, header.Kid);
    }
}
