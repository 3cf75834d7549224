using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Tokens;

/// <summary>The access token that a request presents at this server's own protected resources: it holds, and whoever presents it may. RFC 6750 §2, RFC 9449 §7.</summary>
public sealed class PresentedTokens(AccessTokenValidator validator, ProofOfPossession possession, ServerOptions options)
{
    /// <summary>The token. One that is bound to a key comes under the scheme DPoP with a proof of that key; one that is not comes as Bearer (CVE-2024-49755).</summary>
    /// <exception cref="ProtocolException">A challenge: invalid_token, invalid_dpop_proof, use_dpop_nonce, invalid_request.</exception>
    public async ValueTask<AccessToken> RequireAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (text, isDPoP) = await BearerToken.RequireAsync(context, cancellationToken);
        var token = validator.Require(text);
        if (!isDPoP) return token.Thumbprint is null ? token : throw ProtocolException.InvalidToken("The access token is bound to a key: present it under the scheme DPoP, with a proof");
        if (token.Thumbprint is null) throw ProtocolException.InvalidToken("The access token is not bound to a key: present it as Bearer"); // §7.1
        var address = options.Url(context.Request.Path.ToUriComponent());
        if (await possession.FindAsync(context, address, text, cancellationToken) is not { } thumbprint) throw ProtocolException.InvalidDPoPProof("The request needs a proof in the header DPoP", atResource: true);
        return thumbprint == token.Thumbprint ? token : throw ProtocolException.InvalidToken("The access token is bound to another key than the proof's");
    }
}
