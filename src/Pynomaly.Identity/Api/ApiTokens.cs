using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Api;

/// <summary>What every API of this server asks of a request, before it looks at who stands behind it: JSON if anything, and a bearer token for this server and nobody else, of a grant that lives.</summary>
/// <remarks>
/// The one audience is the issuer: a token that is for another API too could be sent on here by that API. A client that asks for both narrows by
/// resource=ISSUER (RFC 8707 §2.2). The grant is looked up at every request, so that a withdrawn one is refused at the next.
/// </remarks>
internal sealed class ApiTokens(PresentedTokens presented, Database database, ServerOptions options)
{
    private const string GrantSql = "SELECT 1 FROM authorizations WHERE id = $1 AND user_id = $2 AND ended IS NULL";

    /// <summary>The token of the request.</summary>
    /// <exception cref="ProtocolException">invalid_token: there is none, or it does not hold here.</exception>
    /// <exception cref="ApiProblem">The body is no JSON.</exception>
    public async ValueTask<AccessToken> RequireAsync(HttpContext context)
    {
        // A form or plain text is what another site's page can send without asking (CS-13).
        if (context.Request is { ContentLength: > 0 } or { Headers.TransferEncoding.Count: > 0 } && !context.Request.HasJsonContentType()) throw ApiProblem.NotJson();
        var token = await presented.RequireAsync(context, context.RequestAborted);
        if (token.Audiences is not [var audience] || audience != options.Issuer) throw ProtocolException.InvalidToken();
        if (token.Actor is not null) throw ProtocolException.InvalidToken(); // who acts in a person's stead looks after no account of theirs, and administers nothing (AD-14)
        if (token.AuthorizationId is { } grant && !await LivesAsync(grant, token.Subject, context.RequestAborted)) throw ProtocolException.InvalidToken();
        return token;
    }

    private async ValueTask<bool> LivesAsync(string grant, string subject, CancellationToken cancellationToken)
    {
        await using var sql = await database.ReadAsync(cancellationToken);
        return await sql.FirstAsync(GrantSql, row => row.GetInt32(0), cancellationToken, grant, subject) != 0;
    }
}
