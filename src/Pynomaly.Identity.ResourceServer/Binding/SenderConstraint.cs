using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.ResourceServer.Challenges;
using Pynomaly.Identity.ResourceServer.Tokens;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.ResourceServer.Binding;

/// <summary>Whether whoever presents a token is the one whom it is bound to: by a DPoP proof (RFC 9449 §7), by the TLS connection's certificate (RFC 8705 §3), or by both.</summary>
[Specification("RFC 9449", "OAuth 2.0 Demonstrating Proof of Possession (DPoP)")]
internal sealed class SenderConstraint(PynomalyIdentityOptions options, ServerNonces nonces, IUsedProofs? shared, TimeProvider time, ILogger logger, int mostProofs = 500_000)
{
    private const string NonceHeader = "DPoP-Nonce";
    private readonly ProofMemory _seen = new(options, shared, time, logger, mostProofs);
    private readonly string _origin = Uri.TryCreate(options.ResourceIdentifier, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : "";

    /// <summary>Proofs that are remembered.</summary>
    public int Remembered => _seen.Count;

    /// <summary>Why the request may not use this token; null: it may.</summary>
    public async ValueTask<Refusal?> CheckAsync(HttpContext context, string scheme, string text, AccessToken token)
    {
        if (!token.IsBound && options.RequireSenderConstraint) return Refusal.NotBound;
        if (token.CertificateThumbprint is { } certificate && !await ClientCertificate.MatchesAsync(context, certificate)) return Refusal.Certificate;
        if (token.KeyThumbprint is null) return scheme == Schemes.DPoP ? Refusal.NotBound : null; // RFC 9449 §7.1: the scheme promises a binding
        return scheme == Schemes.DPoP ? await CheckProofAsync(context, text, token, token.KeyThumbprint) : Refusal.BoundAsBearer; // §7.2: a bound token is no bearer token
    }

    // §4.3, in its order.
    private async ValueTask<Refusal?> CheckProofAsync(HttpContext context, string presented, AccessToken token, string thumbprint)
    {
        var request = context.Request;
        if (request.Headers[DPoPProof.Name] is not [{ Length: > 0 } text]) return Refusal.Proof("The request needs one DPoP header");
        var (proof, reason) = DPoPProof.Read(text, request.Method, new Uri($"{_origin}{request.PathBase}{request.Path}"));
        if (proof is null) return Refusal.Proof(reason);
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(proof.Thumbprint), Encoding.UTF8.GetBytes(thumbprint))) return Refusal.ProofKey; // §7.1
        if (!proof.IsFor(presented)) return Refusal.Proof("The proof's ath is not that of the access token");
        if (options.RequireDPoPNonce && (proof.Nonce is null || !nonces.IsGood(proof.Nonce)))
        {
            context.Response.Headers[NonceHeader] = nonces.Current; // §9
            return Refusal.NonceWanted;
        }

        if (proof.WhyNotNow(time.GetUtcNow(), options.DPoPProofLifetime, options.ClockSkew) is { } late) return Refusal.Proof(late);
        if (await _seen.TakeAsync(token, thumbprint, proof.Jti, context.RequestAborted) is { } used) return used; // §11.1
        if (options.RequireDPoPNonce && nonces.IsOld(proof.Nonce!)) context.Response.Headers[NonceHeader] = nonces.Current; // §8.2: the next one, before this one ends
        return null;
    }
}
