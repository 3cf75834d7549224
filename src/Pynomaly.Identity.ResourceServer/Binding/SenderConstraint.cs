using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.ResourceServer.Challenges;
using Pynomaly.Identity.ResourceServer.Tokens;

namespace Pynomaly.Identity.ResourceServer.Binding;

/// <summary>Whether whoever presents a token is the one whom it is bound to: by a DPoP proof (RFC 9449 §7), by the TLS connection's certificate (RFC 8705 §3), or by both.</summary>
internal sealed class SenderConstraint(PynomalyIdentityOptions options)
{
    /// <summary>Why the request may not use this token; null: it may.</summary>
    public async ValueTask<Refusal?> CheckAsync(HttpContext context, string scheme, AccessToken token)
    {
        if (!token.IsBound && options.RequireSenderConstraint) return Refusal.NotBound;
        if (token.CertificateThumbprint is { } certificate && !await ClientCertificate.MatchesAsync(context, certificate)) return Refusal.Certificate;
        if (token.KeyThumbprint is null) return scheme == Schemes.DPoP ? Refusal.NotBound : null; // RFC 9449 §7.1: the scheme promises a binding
        return scheme == Schemes.DPoP ? Refusal.NotBound : Refusal.BoundAsBearer; // §7.2: a bound token is no bearer token
    }
}
