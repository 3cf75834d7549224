using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration;

/// <summary>Finds out who administers and what they hold at this moment: read afresh at every request, so that a right that is taken away is gone at the next one (security case AD-08).</summary>
public sealed class Operators(Catalogue catalogue, Accounts accounts, ClientDirectory clients, Confirmation confirmation)
{
    /// <summary>The person of a session; null when they hold nothing over this server, or did not sign in with a second factor.</summary>
    public async ValueTask<Operator?> FindAsync(HttpContext context, Session session, Account account)
    {
        var patterns = (await catalogue.CurrentAsync()).PatternsOf(account.Roles).ToArray();
        if (account.IsDisabled || !ManagementPermissions.Of(patterns).Any() || !AuthenticationLevels.Meets(session.Acr, AuthenticationLevels.TwoFactors)) return null;
        return new Operator
        {
            Id = account.Id, Kind = OperatorKind.Person, Patterns = patterns, IsConfirmed = confirmation.IsFresh(session.AuthTime), SessionId = session.Id,
            Address = context.Connection.RemoteIpAddress?.ToString(), CorrelationId = context.TraceIdentifier,
        };
    }

    /// <summary>Whether the person holds anything over this server, however they signed in.</summary>
    public async ValueTask<bool> IsAdministratorAsync(Account account) =>
        !account.IsDisabled && ManagementPermissions.Of((await catalogue.CurrentAsync()).PatternsOf(account.Roles).ToArray()).Any();

    /// <summary>Whoever stands behind an access token: the person of a grant, or the client itself.</summary>
    /// <exception cref="ProtocolException">invalid_token: they are disabled or gone. insufficient_user_authentication: the sign-in lacked a second factor (RFC 9470).</exception>
    public async ValueTask<Operator> RequireAsync(HttpContext context, AccessToken token, CancellationToken cancellationToken)
    {
        var clientId = token.AuthorizationId is null && ApiKeyText.IsId(token.ClientId) ? token.Subject : token.ClientId; // a service's key speaks for the service
        if (await clients.FindAsync(clientId, cancellationToken) is not { IsEnabled: true } client) throw ProtocolException.InvalidToken();
        var limit = token.Permissions.ToHashSet(StringComparer.Ordinal);
        if (token.AuthorizationId is null)
        {
            if (token.Subject != client.ClientId) throw ProtocolException.InvalidToken();
            return Make(context, token, OperatorKind.Client, client.Metadata.Permissions ?? [], limit, true);
        }

        if (await accounts.FindAsync(token.Subject, cancellationToken) is not { IsDisabled: false } account) throw ProtocolException.InvalidToken();
        if (token.Acr is null || !AuthenticationLevels.Meets(token.Acr, AuthenticationLevels.TwoFactors))
            throw ProtocolException.InsufficientUserAuthentication((int)confirmation.Lasts.TotalSeconds, AuthenticationLevels.TwoFactors);
        var patterns = (await catalogue.CurrentAsync()).PatternsOf(account.Roles).ToArray();
        return Make(context, token, OperatorKind.Person, patterns, limit, token.AuthTime is { } proved && confirmation.IsFresh(proved));
    }

    /// <summary>The operator with what they hold now, for work that outlasts their request: who is disabled or gone holds nothing.</summary>
    internal static async ValueTask<Operator> AtPresentAsync(SqlSession sql, Operator who, CancellationToken cancellationToken) => who.Kind switch
    {
        OperatorKind.Person when await Accounts.FindAsync(sql, who.Id, cancellationToken) is { IsDisabled: false } => who.With([.. (await PermissionReasons.OfUserAsync(sql, who.Id, cancellationToken)).Select(reason => reason.Pattern)]),
        OperatorKind.Client when await Applications.FindAsync(sql, who.Id, cancellationToken) is { IsEnabled: true } client => who.With(client.Metadata.Permissions ?? []),
        OperatorKind.CommandLine => who,
        _ => who.With([]),
    };

    private static Operator Make(HttpContext context, AccessToken token, OperatorKind kind, IReadOnlyList<string> patterns, IReadOnlySet<string> limit, bool isConfirmed) => new()
    {
        Id = token.Subject, Kind = kind, Patterns = patterns, Limit = limit, IsConfirmed = isConfirmed, SessionId = token.SessionId,
        Address = context.Connection.RemoteIpAddress?.ToString(), CorrelationId = context.TraceIdentifier,
    };
}
