using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tokens;

/// <summary>Issues tokens for a grant that was found good: the one transaction, then the signatures.</summary>
public sealed class TokenIssuer(
    Database database, KeyRing keys, Catalogue catalogue, GrantTokens grantTokens, StatusLists statusLists, IdToken idToken, AuditTrail audit, ServerOptions options, TimeProvider time, ILogger<TokenIssuer> logger)
{
    /// <summary>How long a token may be, in bytes, before the server warns: headers of requests have limits.</summary>
    internal const int TokenBudget = 4096;

    /// <summary>Redeems and signs; null when another request redeemed first. What the answer promises is durable before it is given.</summary>
    public async ValueTask<TokenResponse?> IssueAsync(TokenGrant grant, CancellationToken cancellationToken) =>
        grant.Person is { } person ? await IssueAsync(grant, person, cancellationToken) : await IssueToClientAsync(grant, cancellationToken);

    /// <summary>Lifetime in seconds of the client's access tokens.</summary>
    public int AccessTokenLifetime(Application client) => client.Metadata.AccessTokenLifetime ?? (int)options.Lifetimes.AccessToken.TotalSeconds;

    // Nothing is written on this way, unless the client asks for a place on a status list: the token is self-contained, and the audit trail counts.
    private async ValueTask<TokenResponse> IssueToClientAsync(TokenGrant grant, CancellationToken cancellationToken)
    {
        var content = new AccessTokenContent
        {
            Jti = Secrets.CreateId(),
            Subject = grant.Client.Holder?.Subject ?? grant.Client.ClientId, // RFC 9068 §2.2: the client, where no person stands behind it
            ClientId = grant.Client.ClientId,
            Audiences = grant.Audiences,
            Scope = grant.Scope,
            Permissions = GrantedPermissions.OfClient(await catalogue.CurrentAsync(), grant.Client, grant.Scopes, grant.Scope),
            IssuedAt = time.GetUtcNow(),
            Lifetime = AccessTokenLifetime(grant.Client),
            Thumbprint = grant.Thumbprint,
        };
        if (grant.Client.Metadata.StatusList)
            content = content with { Status = await database.WriteAsync((sql, stop) => TakePlaceAsync(sql, grant.Client, content.Jti, content.IssuedAt, stop), cancellationToken) };
        var token = Sign(grant.Client, content);
        audit.Count(new AuditEntry(Log.TokensIssued) { Actor = content.Subject, UserId = grant.Client.Holder is { IsPerson: true } ? content.Subject : null, ClientId = grant.Client.ClientId });
        return new TokenResponse(token, content.Lifetime, grant.Scope, null, null);
    }

    private async ValueTask<TokenResponse?> IssueAsync(TokenGrant grant, PersonGrant person, CancellationToken cancellationToken)
    {
        var permissions = GrantedPermissions.OfUser(await catalogue.CurrentAsync(), grant.Client, grant.Scopes, person.Account.Roles);
        var issued = time.GetUtcNow();
        StatusReference? status = null;
        var redeem = person.RedeemAsync;
        if (grant.Client.Metadata.StatusList)
        {
            redeem = async (sql, stop) =>
            {
                var redeemed = await person.RedeemAsync(sql, stop);
                status = redeemed is null ? null : await TakePlaceAsync(sql, grant.Client, grantTokens.Jti(person.AuthorizationId, redeemed.TokenNumber), issued, stop);
                return redeemed;
            };
        }

        if (await database.WriteAsync(redeem, cancellationToken) is not { } redemption) return null;

        var sign = new SignInContent(person.AuthorizationId, person.SessionId, person.AuthTime, person.Acr, person.Amr, person.Account.Roles);
        var token = Sign(grant.Client, new AccessTokenContent
        {
            Jti = grantTokens.Jti(person.AuthorizationId, redemption.TokenNumber),
            Subject = person.Account.Id,
            ClientId = grant.Client.ClientId,
            Audiences = grant.Audiences,
            Scope = grant.Scope,
            Permissions = permissions,
            IssuedAt = issued,
            Status = status,
            Lifetime = person.AccessTokenLifetime,
            Sign = sign,
            Thumbprint = grant.Thumbprint,
        });
        var identity = grant.Scopes.Contains(StandardScopes.OpenId)
            ? idToken.Write(grant.Client, person.Account, sign, person.Nonce, person.ClaimsRequest is null ? null : ClaimsRequest.Parse(person.ClaimsRequest), token)
            : null;
        var refresh = redemption.RefreshGeneration is { } generation ? grantTokens.RefreshToken(person.AuthorizationId, generation) : null;
        audit.Count(new AuditEntry(Log.TokensIssued) { Actor = person.Account.Id, UserId = person.Account.Id, ClientId = grant.Client.ClientId, SessionId = person.SessionId });
        return new TokenResponse(token, person.AccessTokenLifetime, grant.Scope, refresh, identity);
    }

    /// <summary>The claims that a token with this content would have, and its length: nothing is signed.</summary>
    internal (byte[] Claims, int Length) Preview(Application client, AccessTokenContent content) => JwtAccessToken.Preview(KeyFor(client), options.Issuer, content);

    /// <summary>A place on a status list for a token that is issued in the caller's transaction; null: its client's tokens have none.</summary>
    internal async ValueTask<StatusReference?> PlaceOfAsync(SqlSession session, Application client, string jti, DateTimeOffset issued, CancellationToken cancellationToken) =>
        client.Metadata.StatusList ? await TakePlaceAsync(session, client, jti, issued, cancellationToken) : null;

    private ValueTask<StatusReference> TakePlaceAsync(SqlSession session, Application client, string jti, DateTimeOffset issued, CancellationToken cancellationToken) =>
        statusLists.TakeAsync(session, jti, client.ClientId, KeyFor(client).Kid, issued, cancellationToken);

    private SigningCredential KeyFor(Application client) => keys.Active(client.Metadata.AccessTokenSignedResponseAlg ?? options.SigningAlgorithms[0]);

    /// <summary>Signs a token, and warns of one that is too long.</summary>
    internal string Sign(Application client, AccessTokenContent content)
    {
        var token = JwtAccessToken.Write(KeyFor(client), options.Issuer, content);
        if (token.Length > TokenBudget) logger.LogTokenTooLong(client.ClientId, token.Length);
        return token;
    }
}
