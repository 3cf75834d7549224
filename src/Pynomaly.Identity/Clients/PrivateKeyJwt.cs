using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Clients;

/// <summary>private_key_jwt: the client signs a short-lived, single-use assertion that is meant for this server. OpenID Connect Core §9.</summary>
/// <remarks>The audience is the issuer as one text and nothing else (CVE-2025-27370); clients that know no better than the token endpoint have a switch of their own.</remarks>
[Specification("RFC 7521", "Assertion Framework for OAuth 2.0 Client Authentication and Authorization Grants")]
[Specification("RFC 7523", "JSON Web Token (JWT) Profile for OAuth 2.0 Client Authentication and Authorization Grants")]
internal sealed class PrivateKeyJwt(RemoteKeySets remote, Database database, ServerOptions options, TimeProvider time) : IClientAuthenticationMethod
{
    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(5);
    private static readonly string[] Supported = [Algorithms.ES256, Algorithms.PS256, Algorithms.RS256];
    private readonly ConditionalWeakTable<Application, ClientKeySet> _inline = [];

    /// <inheritdoc />
    public string Name => ClientAuthenticationMethods.PrivateKeyJwt;

    /// <inheritdoc />
    public ClientCredential? Read(HttpContext context, ProtocolRequest request)
    {
        var (type, text) = (request[Parameters.ClientAssertionType], request[Parameters.ClientAssertion]);
        if (type is null && text is null) return null;
        return type == ClientAssertionTypes.JwtBearer && ClientAssertion.Read(text) is { } assertion ? new ClientCredential(assertion.Subject, text!) : default(ClientCredential);
    }

    /// <inheritdoc />
    public async ValueTask<string?> RefuseAsync(Application? client, ClientCredential credential, CancellationToken cancellationToken)
    {
        if (client is null || client.Metadata.TokenEndpointAuthMethod != Name) return "there is no such client with this method";
        if (!client.IsEnabled) return "it is disabled"; // before the assertion is used up
        if (ClientAssertion.Read(credential.Proof) is not { } assertion) return "the assertion is malformed";
        if (WhyNotFor(client, assertion) is { } reason) return reason;
        if (await KeysAsync(client, assertion, cancellationToken) is not { } keys) return "its keys are not to be had";
        if (!keys.Verify(assertion.Kid, assertion.Algorithm, assertion.Signed, assertion.Signature)) return "none of its keys made the signature";

        // Used up only now: nobody but the client may use its identifiers up. The hash keeps clients apart, who may choose the same jti.
        return await ConsumeAsync(client, assertion, cancellationToken) ? null : "the assertion was used before";
    }

    private string? WhyNotFor(Application client, ClientAssertion assertion)
    {
        var (now, skew) = (time.GetUtcNow(), options.Lifetimes.ClockSkew);

        // RFC 8725 §3.1: the registration says which algorithms there are, never the header.
        if (!(client.Metadata.TokenEndpointAuthSigningAlg is { } registered ? registered == assertion.Algorithm : Supported.Contains(assertion.Algorithm))) return "the algorithm is not the client's";
        if (assertion.Issuer != client.ClientId || assertion.Subject != client.ClientId) return "iss and sub are not both the client"; // RFC 7523 §3, 1 and 2
        if (!IsForUs(client, assertion)) return "aud is not the issuer"; // 3
        if (assertion.Expires <= now - skew) return "the assertion has expired"; // 4
        if (assertion.Expires > now + LongestLife + skew) return "exp is more than five minutes ahead";
        if (assertion.NotBefore > now + skew || assertion.IssuedAt > now + skew) return "nbf or iat lies ahead"; // 5, 6
        return assertion.IssuedAt < now - 2 * LongestLife - skew ? "iat lies too far back" : null;
    }

    private bool IsForUs(Application client, ClientAssertion assertion)
    {
        if (!client.Metadata.AllowTokenEndpointAudience) return !assertion.HasAudienceArray && assertion.Audiences is [var only] && only == options.Issuer;
        return assertion.Audiences.Count > 0 && assertion.Audiences.All(audience => audience == options.Issuer || audience == options.Url(Paths.Token));
    }

    private async ValueTask<ClientKeySet?> KeysAsync(Application client, ClientAssertion assertion, CancellationToken cancellationToken)
    {
        if (client.Metadata.JwksUri is { } uri)
        {
            return await remote.FindAsync(uri, set => assertion.Kid is { } kid ? set.Has(kid) : set.Verify(null, assertion.Algorithm, assertion.Signed, assertion.Signature), cancellationToken);
        }

        if (_inline.TryGetValue(client, out var known)) return known;
        if (client.Metadata.Jwks is not { } jwks) return null;
        try
        {
            return _inline.GetValue(client, _ => ClientKeySet.ReadRegistered(jwks.GetRawText()));
        }
        catch (CryptographicException)
        {
            return null; // written past the rules: fail closed
        }
    }

    private Task<bool> ConsumeAsync(Application client, ClientAssertion assertion, CancellationToken cancellationToken)
    {
        var token = new Token
        {
            Id = Secrets.Hash(TokenKinds.ClientAssertion, $"{client.ClientId}\0{assertion.Jti}"), Kind = TokenKinds.ClientAssertion, ClientId = client.ClientId,
            Created = time.GetUtcNow(), Expires = assertion.Expires + options.Lifetimes.ClockSkew,
        };
        return database.WriteAsync((session, stop) => OneTimeTokens.AddAsync(session, token, stop), cancellationToken);
    }
}
