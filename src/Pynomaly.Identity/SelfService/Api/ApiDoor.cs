using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService.Api;

/// <summary>Lets requests in: a bearer token of this server, for this server and nobody else, with the scope "account", of a person and grant that live.</summary>
/// <remarks>The person is looked up at every request, so that a disabled one is refused at the next.</remarks>
[Specification("RFC 9470", "OAuth 2.0 Step Up Authentication Challenge Protocol")]
internal sealed class ApiDoor(ApiTokens tokens, ClientDirectory clients, Accounts accounts, Confirmation confirmation)
{
    /// <summary>The call behind the request.</summary>
    /// <exception cref="ProtocolException">The token does not hold, does not suffice, or comes from a sign-in that is too old.</exception>
    /// <exception cref="ApiProblem">The body is no JSON.</exception>
    public async Task<ApiCall> OpenAsync(HttpContext context, ApiRoute route)
    {
        var token = await tokens.RequireAsync(context);
        if (!token.Scopes.Contains(StandardScopes.Account)) throw ProtocolException.InsufficientScope(StandardScopes.Account);
        if (token.AuthorizationId is null || token.AuthTime is not { } authTime) throw ProtocolException.InvalidToken(); // a client's own token speaks of no person
        if (await clients.FindAsync(token.ClientId, context.RequestAborted) is not { IsEnabled: true } client) throw ProtocolException.InvalidToken();
        if (await accounts.FindAsync(token.Subject, context.RequestAborted) is not { IsDisabled: false } account) throw ProtocolException.InvalidToken();

        var session = new Session { Id = token.SessionId ?? string.Empty, KeyHash = string.Empty, UserId = account.Id, AuthTime = authTime, Acr = token.Acr ?? AuthenticationLevels.Password };
        if (route.IsSensitive) await confirmation.RequireAsync(session, context.RequestAborted);
        FlowCookie.Bind(context, $"{token.ClientId}\n{token.AuthorizationId}"); // what is begun here can be ended by this grant only
        return new ApiCall(context, account, session) { Client = client };
    }
}
