using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Grants;

/// <summary>Redeems an authorization code, once. RFC 6749 §4.1.3.</summary>
[Specification("RFC 6749", "The OAuth 2.0 Authorization Framework")]
public sealed class AuthorizationCodeGrant(
    Database database, Catalogue catalogue, Accounts accounts, TokenIssuer issuer, TokenRevoker revoker, AuditTrail audit, ServerOptions options, TimeProvider time, ILogger<AuthorizationCodeGrant> logger) : IGrant
{
    /// <inheritdoc />
    public string GrantType => GrantTypes.AuthorizationCode;

    /// <inheritdoc />
    public async ValueTask<TokenGrant> ValidateAsync(ProtocolRequest request, Application client, string? thumbprint, CancellationToken cancellationToken)
    {
        var text = request.Require(Parameters.Code);
        AuthorizationCode? code;
        await using (var session = await database.ReadAsync(cancellationToken)) code = await AuthorizationCode.FindAsync(session, text, cancellationToken);

        if (code is null || code.ClientId != client.ClientId) throw AuthorizationCode.Refusal();
        if (code.RedirectUri != request[Parameters.RedirectUri]) throw AuthorizationCode.Refusal(); // §4.1.3: identical values, or left out both times
        ProofKey.Verify(request[Parameters.CodeVerifier], code.CodeChallenge);
        if (code.IsConsumed) throw await ReplayAsync(code, cancellationToken);
        if (code.Expires <= time.GetUtcNow()) throw AuthorizationCode.Refusal();

        if (code.Thumbprint is { } bound && bound != thumbprint) throw BoundToAnotherKey(thumbprint); // RFC 9449 §10

        // CO-08: the account and its session are looked at again; a person disabled since then gets nothing.
        if (await accounts.FindAsync(code.UserId, cancellationToken) is not { IsDisabled: false } account) throw AuthorizationCode.Refusal();
        var snapshot = await catalogue.CurrentAsync();
        var lifetime = issuer.AccessTokenLifetime(client);
        return new TokenGrant
        {
            GrantType = GrantType, Client = client, Scopes = code.Scopes, Scope = string.Join(' ', code.Scopes),
            Audiences = ResourceIndicators.Audiences(snapshot, code.Scopes, code.Resources, request.Resources, options.Issuer),
            Person = new PersonGrant
            {
                AuthorizationId = code.AuthorizationId, Account = account, SessionId = code.SessionId, AuthTime = code.AuthTime, Acr = code.Acr, Amr = code.Amr,
                Nonce = code.Nonce, ClaimsRequest = code.ClaimsRequest, AccessTokenLifetime = lifetime,
                RedeemAsync = (session, stop) => RedeemAsync(session, text, code, client, thumbprint, lifetime, stop),
            },
        };
    }

    /// <inheritdoc />
    public async ValueTask<ProtocolException> LostAsync(ProtocolRequest request, TokenGrant grant, CancellationToken cancellationToken)
    {
        // It was good a moment ago: either another request redeemed it, or it expired or its session ended in between.
        AuthorizationCode? code;
        await using (var session = await database.ReadAsync(cancellationToken)) code = await AuthorizationCode.FindAsync(session, request.Require(Parameters.Code), cancellationToken);
        return code is { IsConsumed: true } ? await ReplayAsync(code, cancellationToken) : AuthorizationCode.Refusal();
    }

    private async ValueTask<Redemption?> RedeemAsync(SqlSession session, string text, AuthorizationCode code, Application client, string? thumbprint, int lifetime, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!await OneTimeTokens.ConsumeAsync(session, AuthorizationCode.IdOf(text), TokenKinds.AuthorizationCode, now, cancellationToken)) return null;
        // The lock makes an end of the session wait for this grant, so that it ends the grant too; SQLite has one writer.
        var living = "SELECT 1 FROM sessions WHERE id = $1 AND ended IS NULL" + (session.IsSqlite ? "" : " FOR SHARE");
        if (code.SessionId is not null && await session.FirstAsync(living, row => row.GetInt64(0), cancellationToken, code.SessionId) == 0) return null;

        var offline = code.Scopes.Contains(StandardScopes.OfflineAccess) && client.Allows(GrantTypes.RefreshToken);
        await RefreshFamily.BeginAsync(session, new Model.Authorization
        {
            Id = code.AuthorizationId, UserId = code.UserId, ClientId = code.ClientId, SessionId = code.SessionId, Scope = string.Join(' ', code.Scopes),
            Resource = string.Join(' ', code.Resources), ClaimsRequest = code.ClaimsRequest, AuthTime = code.AuthTime, Acr = code.Acr, Amr = string.Join(' ', code.Amr),
            Created = now, Expires = now + (offline ? options.Lifetimes.RefreshAbsolute : TimeSpan.FromSeconds(lifetime + 120)), IsOffline = offline, AccessTokenLifetime = lifetime,
            DpopJkt = client.IsPublic ? thumbprint : null, // RFC 9449 §5: nothing else binds a public client's refresh token
        }, cancellationToken);
        await audit.WriteAsync(session, new AuditEntry(Log.CodeRedeemed) { Actor = code.ClientId, UserId = code.UserId, ClientId = code.ClientId, SessionId = code.SessionId }, cancellationToken);
        return new Redemption(1, offline ? 0 : null);
    }

    private static ProtocolException BoundToAnotherKey(string? thumbprint) =>
        thumbprint is null ? ProtocolException.InvalidDPoPProof("The code is bound to a key: send its proof in the header DPoP") : AuthorizationCode.Refusal();

    // §4.1.2: a code used twice is denied, and what the first use gave is taken back.
    private async ValueTask<ProtocolException> ReplayAsync(AuthorizationCode code, CancellationToken cancellationToken)
    {
        logger.LogAuthorizationCodeReplayed(code.AuthorizationId, code.ClientId);
        await revoker.EndAuthorizationAsync(code.AuthorizationId, "code replayed", cancellationToken);
        return AuthorizationCode.Refusal();
    }
}
