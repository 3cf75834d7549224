using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Grants;

/// <summary>Redeems a refresh token: rotation, retry, and the end of the family when a token is reused. RFC 6749 §6, RFC 9700 §4.14.2.</summary>
public sealed class RefreshTokenGrant(
    Database database, Catalogue catalogue, GrantTokens tokens, TokenRevoker revoker, ServerOptions options, TimeProvider time, ILogger<RefreshTokenGrant> logger) : IGrant
{
    /// <inheritdoc />
    public string GrantType => GrantTypes.RefreshToken;

    /// <inheritdoc />
    public async ValueTask<TokenGrant> ValidateAsync(ProtocolRequest request, Application client, string? thumbprint, CancellationToken cancellationToken)
    {
        if (tokens.ReadRefreshToken(request.Require(Parameters.RefreshToken)) is not var (id, generation)) throw Refusal();
        var now = time.GetUtcNow();
        Model.Authorization? family;
        Account? account = null;
        await using (var session = await database.ReadAsync(cancellationToken))
        {
            family = await RefreshFamily.FindAsync(session, id, cancellationToken);
            if (family is not null) account = await Accounts.FindAsync(session, family.UserId, cancellationToken);
        }

        // Another client's token is refused without a trace on the family (RF-04).
        if (family is not { IsOffline: true, Ended: null } || family.ClientId != client.ClientId) throw Refusal();
        if (family.Expires <= now || family.LastUsed + options.Lifetimes.RefreshIdle <= now) throw Refusal();
        if (account is not { IsDisabled: false }) throw Refusal();
        if (family.DpopJkt is { } bound && bound != thumbprint)
            throw thumbprint is null ? ProtocolException.InvalidDPoPProof("The refresh token is bound to a key: send its proof in the header DPoP") : Refusal(); // RFC 9449 §5; RF-09
        if (!IsPresentable(family, generation, client, now)) throw await ReuseAsync(family, cancellationToken);

        // A scope that was taken from the client or the catalogue since then is not granted any more (CVE-2025-14559).
        var snapshot = await catalogue.CurrentAsync();
        var granted = family.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        granted = Array.FindAll(granted, scope => ScopeRequest.Allows(scope, client, snapshot));
        if (granted.Length == 0) throw Refusal();
        var scopes = Narrow(granted, request[Parameters.Scope]);
        return new TokenGrant
        {
            GrantType = GrantType, Client = client, Scopes = scopes, Scope = string.Join(' ', scopes),
            Audiences = ResourceIndicators.Audiences(snapshot, scopes, family.Resource.Split(' ', StringSplitOptions.RemoveEmptyEntries), request.Resources, options.Issuer),
            Person = new PersonGrant
            {
                AuthorizationId = id, Account = account, SessionId = family.SessionId, AuthTime = family.AuthTime, Acr = family.Acr,
                Amr = family.Amr.Split(' ', StringSplitOptions.RemoveEmptyEntries), ClaimsRequest = family.ClaimsRequest, AccessTokenLifetime = family.AccessTokenLifetime,
                RedeemAsync = (session, stop) => RedeemAsync(session, id, generation, client, stop),
            },
        };
    }

    /// <inheritdoc />
    public async ValueTask<ProtocolException> LostAsync(ProtocolRequest request, TokenGrant grant, CancellationToken cancellationToken)
    {
        Model.Authorization? family;
        await using (var session = await database.ReadAsync(cancellationToken)) family = await RefreshFamily.FindAsync(session, grant.Person!.AuthorizationId, cancellationToken);
        return family is { Ended: null } ? await ReuseAsync(family, cancellationToken) : Refusal();
    }

    private async ValueTask<Redemption?> RedeemAsync(SqlSession session, string id, long generation, Application client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await RefreshFamily.RotateAsync(session, id, generation, now, cancellationToken) is { } number) return new Redemption(number, generation + 1);

        // Another request rotated first. If that was just now and its child is unused, this one gets the same child.
        if (await RefreshFamily.FindAsync(session, id, cancellationToken) is not { Ended: null } family || !IsPresentable(family, generation, client, now)) return null;
        return await RefreshFamily.RepeatAsync(session, id, generation + 1, now, cancellationToken) is { } repeated ? new Redemption(repeated, generation + 1) : null;
    }

    // The current generation; or its direct parent while the answer may have been lost: the child is still current, hence unused.
    private bool IsPresentable(Model.Authorization family, long generation, Application client, DateTimeOffset now)
    {
        if (generation == family.Generation) return true;
        var window = client.Metadata.RefreshRetryWindow is { } seconds ? TimeSpan.FromSeconds(seconds) : options.Lifetimes.RefreshRetry;
        return generation == family.Generation - 1 && now - family.LastUsed <= window && window > TimeSpan.Zero;
    }

    // RFC 6749 §6: no scope that was not granted; a narrowed token leaves the grant as wide as it was.
    private static string[] Narrow(string[] granted, string? scope)
    {
        if (scope is null) return granted;
        string[] asked = [.. ScopeRequest.Parse(scope)];
        if (Array.Exists(asked, one => Array.IndexOf(granted, one) < 0)) throw ProtocolException.InvalidScope("scope exceeds what was granted");
        return asked;
    }

    // The token was used before: thief or owner, nobody can tell. The end of the family commits although this request is refused.
    private async ValueTask<ProtocolException> ReuseAsync(Model.Authorization family, CancellationToken cancellationToken)
    {
        logger.LogRefreshTokenReused(family.Id, family.ClientId);
        await revoker.EndAuthorizationAsync(family.Id, "refresh token reused", cancellationToken);
        return Refusal();
    }

    private static ProtocolException Refusal() => ProtocolException.InvalidGrant("The refresh token is invalid, expired, revoked, or not this client's");
}
