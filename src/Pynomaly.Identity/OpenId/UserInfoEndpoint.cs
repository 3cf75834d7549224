using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.OpenId;

/// <summary>UserInfo: the claims about the person that the access token's scopes, and the claims parameter of its grant, ask for. OpenID Connect Core §5.3.</summary>
/// <remarks>Every answer is read from the database, so that a disabled account or an ended grant is refused at the next request.</remarks>
[Specification("OpenID Connect Core 1.0", "OpenID Connect Core")]
public sealed class UserInfoEndpoint(PresentedTokens presented, ClientDirectory clients, IdToken idTokens, Database database, ServerOptions options)
{
    private const string GrantSql = "SELECT claims_request FROM authorizations WHERE id = $1 AND user_id = $2 AND ended IS NULL";

    /// <summary>Answers GET and POST.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var response = context.Response;
        var token = await presented.RequireAsync(context, context.RequestAborted);
        if (!token.Audiences.Contains(options.Issuer)) throw ProtocolException.InvalidToken(); // RFC 9068 §4: a token narrowed to an API is not for us
        if (!token.Scopes.Contains(StandardScopes.OpenId)) throw ProtocolException.InsufficientScope(StandardScopes.OpenId);

        var claims = await ReadAsync(token, context.RequestAborted);
        response.Headers.CacheControl = "no-store";
        response.Headers.Pragma = "no-cache";
        if (await clients.FindAsync(token.ClientId, context.RequestAborted) is not { IsEnabled: true } client) throw ProtocolException.InvalidToken();
        if (client.Metadata.UserinfoSignedResponseAlg is { } algorithm)
        {
            response.ContentType = "application/jwt"; // §5.3.2
            await response.WriteAsync(idTokens.WriteUserInfo(client, algorithm, claims), context.RequestAborted);
            return;
        }

        response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(response.BodyWriter);
        json.WriteStartObject();
        UserClaims.Write(json, claims);
        json.WriteEndObject();
    }

    private async ValueTask<IReadOnlyDictionary<string, object>> ReadAsync(AccessToken token, CancellationToken cancellationToken)
    {
        if (token.AuthorizationId is null) throw ProtocolException.InvalidToken(); // a client's own token speaks of no person
        await using var session = await database.ReadAsync(cancellationToken);
        var grant = await session.FirstAsync<Grant?>(GrantSql, row => new Grant(row.Text(0)), cancellationToken, token.AuthorizationId, token.Subject);
        var account = await Accounts.FindAsync(session, token.Subject, cancellationToken);
        if (grant is null || account is not { IsDisabled: false }) throw ProtocolException.InvalidToken();
        return UserClaims.ForUserInfo(account, [.. token.Scopes], grant.Claims is null ? null : ClaimsRequest.Parse(grant.Claims));
    }

    private sealed record Grant(string? Claims);
}
