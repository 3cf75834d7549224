using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>Lets requests in: a bearer token of this server, for this server and nobody else, whose permissions and whose owner's hold what the operation needs.</summary>
/// <remarks>The one audience is the issuer (RFC 8707 §2.2): a token that is for another API too could be sent on here by that API.</remarks>
internal sealed class AdminDoor(AccessTokenValidator validator, Operators operators, Database database, RefusedActs refused, ServerOptions options)
{
    private const string GrantSql = "SELECT 1 FROM authorizations WHERE id = $1 AND user_id = $2 AND ended IS NULL";

    /// <summary>The call.</summary>
    /// <exception cref="ProtocolException">invalid_token, insufficient_scope, insufficient_user_authentication.</exception>
    /// <exception cref="ApiProblem">The body is no JSON, or the operator lacks the right.</exception>
    public async Task<AdminCall> OpenAsync(HttpContext context, AdminRoute route)
    {
        // A form or plain text is what another site's page can send without asking (CS-13).
        if (context.Request is { ContentLength: > 0 } or { Headers.TransferEncoding.Count: > 0 } && !context.Request.HasJsonContentType()) throw ApiProblem.NotJson();
        var token = validator.Require(await BearerToken.RequireAsync(context, context.RequestAborted));
        if (token.Audiences is not [var audience] || audience != options.Issuer) throw ProtocolException.InvalidToken();
        if (token.Actor is not null) throw ProtocolException.InvalidToken(); // nobody administers in another's stead (AD-14)
        if (token.AuthorizationId is { } grant && !await LivesAsync(grant, token.Subject, context.RequestAborted)) throw ProtocolException.InvalidToken();
        var who = await operators.RequireAsync(context, token, context.RequestAborted);
        if (route.Permission is { } wanted && !(token.Permissions.Contains(wanted) && who.Holds(wanted))) await refused.EnterAsync(who, route.Name, $"This needs the permission {wanted}", context.RequestAborted);
        foreach (var needed in route.Needs)
        {
            if (!token.Permissions.Contains(needed)) throw ProtocolException.InsufficientScope(needed);
            if (!who.Holds(needed)) throw ApiProblem.Forbidden($"This needs the permission {needed}");
        }

        if (route.Permission is null && !ManagementPermissions.All.Any(one => who.Holds(one.Name))) throw ProtocolException.InsufficientScope(StandardScopes.Administration); // for every administrator, and for nobody else
        if (route.IsSensitive && !who.IsConfirmed) throw ProtocolException.InsufficientUserAuthentication((int)options.Accounts.ConfirmedFor.TotalSeconds, null); // RFC 9470 §3
        return new AdminCall(context, who);
    }

    private async ValueTask<bool> LivesAsync(string grant, string subject, CancellationToken cancellationToken)
    {
        await using var sql = await database.ReadAsync(cancellationToken);
        return await sql.FirstAsync(GrantSql, row => row.GetInt32(0), cancellationToken, grant, subject) != 0;
    }
}
