using System.Text;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration;

/// <summary>Tells what a token would be, by the code that makes tokens, and makes none.</summary>
public sealed class TokenSimulator(Database database, Catalogue catalogue, ClientDirectory clients, SecondFactorPolicy policy, TokenIssuer issuer, ServerOptions options, TimeProvider time)
{
    /// <summary>Simulates.</summary>
    /// <exception cref="AdministrationException">Forbidden; invalid: there is no such person or client.</exception>
    public async Task<Simulation> RunAsync(Operator who, SimulationRequest request, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewRoles);
        if (request.UserId is not null) who.Require(ManagementPermissions.ViewUsers);
        if (await clients.FindAsync(request.ClientId, cancellationToken) is not { } client) throw AdministrationException.Invalid("client_id", "unknown", $"There is no such client");
        var snapshot = await catalogue.CurrentAsync();
        Account? account = null;
        var choices = new FactorChoices(0, 0, 0);
        IReadOnlyList<PermissionReason> reasons = (client.Metadata.Permissions ?? []).ConvertAll(pattern => new PermissionReason("client", client.ClientId, pattern));
        if (request.UserId is { } userId)
        {
            await using var sql = await database.ReadAsync(cancellationToken);
            account = await Accounts.FindAsync(sql, userId, cancellationToken) ?? throw AdministrationException.Invalid("user_id", "unknown", $"There is no such account");
            reasons = await PermissionReasons.OfUserAsync(sql, userId, cancellationToken);
            choices = await FactorChoices.ReadAsync(sql, userId, cancellationToken);
        }

        bool? needsFactor = account is null ? null : choices.Any || client.Metadata.RequireSecondFactor || await policy.IsRequiredAsync(account);
        try
        {
            return Simulate(snapshot, client, account, request, reasons, needsFactor);
        }
        catch (ProtocolException refusal)
        {
            return new Simulation { Error = refusal.Error, ErrorDescription = refusal.Message, Budget = TokenIssuer.TokenBudget, NeedsSecondFactor = needsFactor };
        }
    }

    private Simulation Simulate(CatalogueSnapshot snapshot, Application client, Account? account, SimulationRequest request, IReadOnlyList<PermissionReason> reasons, bool? needsFactor)
    {
        if (!client.IsEnabled) throw ProtocolException.InvalidClient();
        if (account is { IsDisabled: true }) throw ProtocolException.InvalidGrant("The account is disabled");
        if (!client.Allows(account is null ? GrantTypes.ClientCredentials : GrantTypes.AuthorizationCode)) throw ProtocolException.UnauthorizedClient("The client may not use this grant_type");
        IReadOnlyList<string> scopes = account is null && request.Scope is null
            ? client.Metadata.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(scope => !IsOfPerson(scope) && snapshot.FindScope(scope) is not null).ToArray()
            : [.. ScopeRequest.Require(ScopeRequest.Parse(request.Scope), client, snapshot).Select(scope => scope.Name)];
        if (account is null && scopes.Any(IsOfPerson)) throw ProtocolException.InvalidScope("No person stands behind client_credentials: openid and offline_access do not apply");
        ResourceIndicators.Validate(snapshot, [.. scopes], request.Resources);
        // A person's client names the resources in the authorization request, a service in the token request.
        var audiences = account is null
            ? ResourceIndicators.Audiences(snapshot, [.. scopes], [], request.Resources, options.Issuer)
            : ResourceIndicators.Audiences(snapshot, [.. scopes], request.Resources, [], options.Issuer);
        var scope = string.Join(' ', scopes);
        var content = new AccessTokenContent
        {
            Jti = Secrets.CreateId(), Subject = account?.Id ?? client.ClientId, ClientId = client.ClientId, Audiences = audiences, Scope = scope,
            Permissions = account is null ? GrantedPermissions.OfClient(snapshot, client, scopes, scope) : GrantedPermissions.OfUser(snapshot, client, scopes, account.Roles),
            IssuedAt = time.GetUtcNow(), Lifetime = issuer.AccessTokenLifetime(client), Sign = account is null ? null : SignOf(account, needsFactor is true),
        };
        var (claims, length) = issuer.Preview(client, content);
        return new Simulation
        {
            Scope = scope, Audiences = audiences, Lifetime = content.Lifetime, Claims = Encoding.UTF8.GetString(claims), Bytes = length, Budget = TokenIssuer.TokenBudget, NeedsSecondFactor = needsFactor,
            Permissions = Explain(snapshot, client, account is null ? null : client.Metadata.Permissions, scopes, reasons),
        };
    }

    private static IReadOnlyList<SimulatedPermission> Explain(CatalogueSnapshot snapshot, Application client, List<string>? allowed, IReadOnlyList<string> scopes, IReadOnlyList<PermissionReason> reasons)
    {
        var known = scopes.Select(snapshot.FindScope).OfType<Scope>().ToList();
        return
        [
            .. GrantedPermissions.Explain(snapshot, [.. reasons.Select(reason => reason.Pattern)], allowed, scopes).Select(verdict => new SimulatedPermission(verdict.Permission, verdict.IsIn,
                [.. reasons.Where(reason => PermissionPattern.Matches(reason.Pattern, verdict.Permission))], verdict.ClientMay,
                [.. known.Where(scope => scope.Covers(snapshot.FindPermission(verdict.Permission)!)).Select(scope => scope.Name)])),
        ];
    }

    private SignInContent SignOf(Account account, bool withFactor)
    {
        IReadOnlyList<string> amr = withFactor ? AuthenticationMethods.With([AuthenticationMethods.Password], AuthenticationMethods.OneTimeCode) : [AuthenticationMethods.Password];
        return new SignInContent(Secrets.CreateId(), Secrets.CreateId(), time.GetUtcNow(), AuthenticationLevels.Of(amr), amr, account.Roles);
    }

    private static bool IsOfPerson(string scope) =>
        scope is StandardScopes.OpenId or StandardScopes.OfflineAccess or StandardScopes.Profile or StandardScopes.Email or StandardScopes.Address or StandardScopes.Phone;
}
