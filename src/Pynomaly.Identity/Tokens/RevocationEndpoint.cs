using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tokens;

/// <summary>Ends a token at its client's wish: an access token by its jti, a refresh token with its whole family. Durable before the answer.</summary>
/// <remarks><see href="https://www.rfc-editor.org/rfc/rfc7009">RFC 7009</see>. An unknown token is answered 200 (§2.2); the hint is only a hint (§2.1).</remarks>
[Specification("RFC 7009", "OAuth 2.0 Token Revocation")]
public sealed class RevocationEndpoint(ClientAuthenticator clients, KeyRing keys, GrantTokens grantTokens, Database database, TokenRevoker revoker, ServerOptions options, TimeProvider time)
{
    /// <summary>Answers a revocation request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var stop = context.RequestAborted;
        var request = (await ProtocolRequest.ReadFormAsync(context.Request, stop)).RefuseDuplicates();
        var client = await clients.AuthenticateAsync(context, request, stop);
        var text = request.Require(Parameters.Token);
        context.Response.Headers.CacheControl = "no-store";

        if (JwtAccessToken.Read(text, options.Issuer, keys, out _) is { } token)
        {
            if (token.ClientId != client.ClientId) throw NotTheirs();
            var dead = token.Expires + options.Lifetimes.ClockSkew; // it is accepted until then
            if (dead > time.GetUtcNow()) await revoker.RevokeJtiAsync(token.Jti, dead, stop);
        }
        else if (grantTokens.ReadRefreshToken(text) is var (id, _))
        {
            Model.Authorization? family;
            await using (var session = await database.ReadAsync(stop)) family = await RefreshFamily.FindAsync(session, id, stop);
            if (family is null) return;
            if (family.ClientId != client.ClientId) throw NotTheirs();
            if (family.Ended is not null) return; // nothing more ends: nothing is written or told again
            await revoker.EndAuthorizationAsync(id, "revoked by the client", new AuditEntry(default(EventId)) { Actor = client.ClientId, ClientId = client.ClientId }, stop); // §2.1: its access tokens too
        }
    }

    // §2.1: the client is told that the token is not its own; the token lives.
    private static ProtocolException NotTheirs() => ProtocolException.InvalidGrant("The token was issued to another client");
}
