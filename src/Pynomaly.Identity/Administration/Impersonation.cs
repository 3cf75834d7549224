using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Administration;

/// <summary>A token in a person's stead, for finding out what they see: short, for one API, marked by the claim act, and worth nothing at this server itself.</summary>
/// <remarks><see href="https://www.rfc-editor.org/rfc/rfc8693#section-4.1">RFC 8693 §4.1</see>. It has a grant of its own without refresh tokens, so that ending the person's grants ends it too (security case AD-14).</remarks>
public sealed class Impersonation(
    Database database, Catalogue catalogue, ClientDirectory clients, TokenIssuer issuer, GrantTokens grantTokens, AuditTrail audit, ServerOptions options, TimeProvider time, ILogger<Impersonation> logger)
{
    private const int Longest = 600;
    private static readonly string[] OfThePerson =
        [StandardScopes.OpenId, StandardScopes.OfflineAccess, StandardScopes.Profile, StandardScopes.Email, StandardScopes.Address, StandardScopes.Phone, StandardScopes.Account, StandardScopes.Administration];

    /// <summary>Makes the token.</summary>
    /// <exception cref="AdministrationException">Forbidden, also for an account that may do more over this server than the operator; not confirmed; not found; invalid; conflict: the account is disabled.</exception>
    public async Task<ImpersonationToken> IssueAsync(Operator who, string userId, ImpersonationRequest request, CancellationToken cancellationToken)
    {
        who.RequireConfirmed(ManagementPermissions.ImpersonateUsers);
        if (request.Reason.Trim() is not { Length: >= 5 and <= 500 } reason) throw AdministrationException.Invalid("reason", "length", $"Say why, in 5 to 500 characters: it stands in the audit trail");
        if (await clients.FindAsync(request.ClientId, cancellationToken) is not { IsEnabled: true } client) throw AdministrationException.Invalid("client_id", "unavailable", $"There is no such client, or it is disabled");
        // An operator holds no key of the client, and an unbound token would be one that the client's settings forbid (RFC 9449 §5.2).
        if (client.Metadata.DpopBoundAccessTokens) throw AdministrationException.Invalid("client_id", "bound", $"The client's tokens are bound to its key (dpop_bound_access_tokens); choose another client");
        var snapshot = await catalogue.CurrentAsync();
        var (scopes, audience) = Read(snapshot, client, request);
        var now = time.GetUtcNow();
        var lifetime = Math.Min(Longest, issuer.AccessTokenLifetime(client));
        var grant = Secrets.CreateId();
        var scope = string.Join(' ', scopes);
        var (account, status) = await database.WriteAsync(async (sql, stop) =>
        {
            var person = (await TouchedAccount.RequireAsync(sql, who, userId, null, stop)).Account;
            if (person.IsDisabled) throw AdministrationException.Conflict("account_disabled", $"The account is disabled");
            await RefreshFamily.BeginAsync(sql, new Model.Authorization
            {
                Id = grant, UserId = userId, ClientId = client.ClientId, Scope = scope, Resource = audience, AuthTime = now, Acr = "act", Amr = "", Created = now,
                Expires = now + TimeSpan.FromSeconds(lifetime + 120), IsOffline = false, AccessTokenLifetime = lifetime,
            }, stop);
            await audit.WriteAsync(sql, who.Entry(Log.Impersonated) with { UserId = userId, ClientId = client.ClientId, Detail = Details.Of("reason", reason, ("scope", scope), ("audience", audience)) }, stop);
            return (person, await issuer.PlaceOfAsync(sql, client, grantTokens.Jti(grant, 1), now, stop));
        }, cancellationToken);
        Log.UserImpersonated(logger, userId, who.Id, client.ClientId);

        var token = issuer.Sign(client, new AccessTokenContent
        {
            Jti = grantTokens.Jti(grant, 1), Subject = userId, ClientId = client.ClientId, Audiences = [audience], Scope = scope,
            // Nothing over this server, whatever the catalogue makes of it.
            Permissions = [.. GrantedPermissions.OfUser(snapshot, client, scopes, account.Roles).Where(permission => !ManagementPermissions.Contains(permission))],
            IssuedAt = now, Lifetime = lifetime, Status = status, Sign = new SignInContent(grant, null, now, string.Empty, [], account.Roles), Actor = who.Id,
        });
        return new ImpersonationToken(token, lifetime, scope, audience);
    }

    private (IReadOnlyList<string> Scopes, string Audience) Read(CatalogueSnapshot snapshot, Application client, ImpersonationRequest request)
    {
        try
        {
            var names = ScopeRequest.Parse(request.Scope);
            if (names.Count == 0) throw AdministrationException.Invalid("scope", "missing", $"Name the scopes");
            if (names.Any(OfThePerson.Contains)) throw AdministrationException.Invalid("scope", "personal", $"Only scopes of APIs: none of the person, of the account or of this server");
            IReadOnlyList<string> scopes = [.. ScopeRequest.Require(names, client, snapshot).Select(scope => scope.Name)];
            var audiences = ResourceIndicators.Audiences(snapshot, [.. scopes], [], request.Resource is { } resource ? [resource] : [], options.Issuer);
            if (audiences.Contains(options.Issuer)) throw AdministrationException.Invalid("scope", "own", $"The token would be for this server itself");
            return audiences is [var audience] ? (scopes, audience) : throw AdministrationException.Invalid("resource", "several", $"Name one of the APIs that the scopes lead to: {string.Join(", ", audiences)}");
        }
        catch (ProtocolException refusal)
        {
            throw AdministrationException.Invalid(refusal.Error == Errors.InvalidTarget ? "resource" : "scope", refusal.Error, $"{refusal.Message}");
        }
    }
}
