using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tokens;

/// <summary>The DPoP proof of a request: read, found good for this server and this moment, and used up. RFC 9449 §4.3.</summary>
[Specification("RFC 9449", "OAuth 2.0 Demonstrating Proof of Possession (DPoP)")]
public sealed class ProofOfPossession(DPoPNonces nonces, Database database, ServerOptions options, TimeProvider time)
{
    private const string NonceHeader = "DPoP-Nonce";

    /// <summary>The thumbprint of the key that the request at the token endpoint proves; null when it brings no proof.</summary>
    /// <exception cref="ProtocolException">invalid_dpop_proof; use_dpop_nonce.</exception>
    public ValueTask<string?> FindAsync(HttpContext context, string path, CancellationToken cancellationToken) => FindAsync(context, options.Url(path), null, cancellationToken);

    /// <summary>The same at a protected resource, where the proof must have been made for the access token (§7).</summary>
    /// <exception cref="ProtocolException">The same, as challenges with status 401.</exception>
    public ValueTask<string?> FindAsync(HttpContext context, string address, string? accessToken, CancellationToken cancellationToken)
    {
        var headers = context.Request.Headers[DPoPProof.Name];
        if (headers.Count == 0) return default;
        var atResource = accessToken is not null;
        if (headers is not [{ Length: > 0 } text]) throw ProtocolException.InvalidDPoPProof("The header DPoP was sent more than once", atResource); // 1
        var (proof, reason) = DPoPProof.Read(text, context.Request.Method, new Uri(address));
        if (proof is null) throw ProtocolException.InvalidDPoPProof(reason, atResource);
        if (proof.Nonce is { } nonce ? !nonces.IsGood(nonce) : options.RequireDPoPNonce) throw ProtocolException.UseDPoPNonce(nonces.Create(), atResource); // 10
        if (proof.WhyNotNow(time.GetUtcNow(), options.Lifetimes.DPoPProof, options.Lifetimes.ClockSkew) is { } late) throw ProtocolException.InvalidDPoPProof(late, atResource); // 11
        if (accessToken is not null && !proof.IsFor(accessToken)) throw ProtocolException.InvalidDPoPProof("The proof's ath is not the hash of the access token", atResource); // 12
        return ConsumeAsync(context, proof, atResource, cancellationToken);
    }

    // §11.1: a jti counts once for its key, at every node; the row stands as long as the proof could be taken again.
    private async ValueTask<string?> ConsumeAsync(HttpContext context, DPoPProof proof, bool atResource, CancellationToken cancellationToken)
    {
        var token = new Token
        {
            Id = Secrets.Hash(TokenKinds.DPoPProof, $"{proof.Thumbprint}\0{proof.Jti}"), Kind = TokenKinds.DPoPProof, Created = time.GetUtcNow(),
            Expires = proof.IssuedAt + options.Lifetimes.DPoPProof + 2 * options.Lifetimes.ClockSkew,
        };
        if (!await database.WriteAsync((session, stop) => OneTimeTokens.AddAsync(session, token, stop), cancellationToken)) throw ProtocolException.InvalidDPoPProof("The proof was used before", atResource);
        if (options.RequireDPoPNonce) context.Response.Headers[NonceHeader] = nonces.Create(); // §8.2: the next one, before it is missed
        return proof.Thumbprint;
    }
}
