using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService.Api;

/// <summary>Lets requests in: a bearer token of this server, for this server and nobody else, with the scope "account", of a person and grant that live.</summary>
/// <remarks>
/// The one audience is the issuer: a token that is for another API too could be sent on here by that API. A client that asks for both narrows by
/// resource=ISSUER (RFC 8707 §2.2). Every request is checked against the database, so that a withdrawn grant or a disabled person is refused at the next one.
/// </remarks>
[Specification("RFC 9470", "OAuth 2.0 Step Up Authentication Challenge Protocol")]
internal sealed class ApiDoor(AccessTokenValidator validator, ClientDirectory clients, Database database, Confirmation confirmation, ServerOptions options)
{
    private const string GrantSql = "SELECT 1 FROM authorizations WHERE id = $1 AND user_id = $2 AND ended IS NULL";

    /// <summary>The call behind the request.</summary>
    /// <exception cref="ProtocolException">The token does not hold, does not suffice, or comes from a sign-in that is too old.</exception>
    /// <exception cref="ApiProblem">The body is no JSON.</exception>
    public async Task<ApiCall> OpenAsync(HttpContext context, ApiRoute route)
    {
        // A form or plain text is what another site's page can send without asking (CS-13).
        if (context.Request is { ContentLength: > 0 } or { Headers.TransferEncoding.Count: > 0 } && !context.Request.HasJsonContentType()) throw ApiProblem.NotJson();
        var token = validator.Require(await BearerToken.RequireAsync(context, context.RequestAborted));
        if (token.Audiences is not [var audience] || audience != options.Issuer) throw ProtocolException.InvalidToken();
        if (token.Actor is not null) throw ProtocolException.InvalidToken(); // who acts in a person's stead looks after no account of theirs (AD-14)
        if (!token.Scopes.Contains(StandardScopes.Account)) throw ProtocolException.InsufficientScope(StandardScopes.Account);
        if (token.AuthorizationId is null || token.AuthTime is not { } authTime) throw ProtocolException.InvalidToken(); // a client's own token speaks of no person
        if (await clients.FindAsync(token.ClientId, context.RequestAborted) is not { IsEnabled: true } client) throw ProtocolException.InvalidToken();
        var account = await FindAsync(token, context.RequestAborted) ?? throw ProtocolException.InvalidToken();

        var session = new Session { Id = token.SessionId ?? string.Empty, KeyHash = string.Empty, UserId = account.Id, AuthTime = authTime, Acr = token.Acr ?? AuthenticationLevels.Password };
        if (route.IsSensitive) await confirmation.RequireAsync(session, context.RequestAborted);
        FlowCookie.Bind(context, $"{token.ClientId}\n{token.AuthorizationId}"); // what is begun here can be ended by this grant only
        return new ApiCall(context, account, session) { Client = client };
    }

    private async ValueTask<Account?> FindAsync(AccessToken token, CancellationToken cancellationToken)
    {
        await using var sql = await database.ReadAsync(cancellationToken);
        if (await sql.FirstAsync(GrantSql, row => row.GetInt32(0), cancellationToken, token.AuthorizationId, token.Subject) == 0) return null;
        return await Accounts.FindAsync(sql, token.Subject, cancellationToken) is { IsDisabled: false } account ? account : null;
    }
}
