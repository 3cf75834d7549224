namespace Pynomaly.Identity.Tokens;

/// <summary>Ends things: a grant, a session, all of a user, all of a client, one token. What lives of their access tokens goes on the revocation list in the same transaction.</summary>
public sealed class TokenRevoker
{
    /// <summary>Ends a grant, for example when its code is used twice or its refresh token is revoked.</summary>
    public Task EndAuthorizationAsync(string authorizationId, string reason, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Ends a session at logout: with it the grants that were made in it without offline access.</summary>
    public Task EndSessionAsync(string sessionId, string reason, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Ends a session and every grant made in it, offline access or not: an administrator's or the owner's act.</summary>
    public Task EndSessionAndGrantsAsync(string sessionId, string reason, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Ends all sessions and grants of a person: disabled, deleted, password changed.</summary>
    public Task EndUserAsync(string userId, string reason, string? exceptSessionId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Ends what a person granted a client, and forgets the consent.</summary>
    public Task EndConsentAsync(string userId, string clientId, string reason, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Ends all grants and tokens of a client issued until now.</summary>
    public Task EndApplicationAsync(string clientId, string reason, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Puts one token on the list.</summary>
    public Task RevokeJtiAsync(string jti, DateTimeOffset expires, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Puts a cut-off for a signing key on the list.</summary>
    public Task RevokeKeyAsync(string kid, CancellationToken cancellationToken) => throw new NotSupportedException();
}
