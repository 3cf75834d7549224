using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tokens;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.OpenId;

/// <summary>The logout endpoint for clients: ends the browser's session and sends the person back.</summary>
/// <remarks>§2: whoever holds an ID token of the very session may end it; anybody else's request is put to the person first.</remarks>
[Specification("OpenID Connect RP-Initiated Logout 1.0", "OpenID Connect RP-Initiated Logout")]
public sealed class EndSessionEndpoint(Logouts logouts, ClientDirectory clients, Sessions sessions, IdToken idTokens, ILogger<EndSessionEndpoint> logger)
{
    /// <summary>Takes a request by GET or by a form, and takes up one that waited.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        try
        {
            if (HttpMethods.IsPost(context.Request.Method))
            {
                // A form comes from the client's site, and browsers keep Lax cookies from it: who is signed in shows only when the browser comes again by GET.
                var state = await ReadAsync(await ProtocolRequest.ReadFormAsync(context.Request, context.RequestAborted), context.RequestAborted);
                SeeOther(context, $"{Paths.Logout}?{Parameters.Request}={await logouts.CreateAsync(state, context, context.RequestAborted)}");
                return;
            }

            var request = ProtocolRequest.ReadQuery(context.Request);
            if (request[Parameters.Request] is not { } id) await DecideAsync(context, await ReadAsync(request, context.RequestAborted), null);
            else if (await logouts.ReadAsync(id, context, context.RequestAborted) is { } waiting) await DecideAsync(context, waiting, id);
            else throw ProtocolException.InvalidRequest("This request is done, has expired, or was begun in another browser");
        }
        catch (ProtocolException refusal)
        {
            new PageError(refusal.Error, refusal.Description).Write(context);
        }
    }

    private async Task DecideAsync(HttpContext context, LogoutState state, string? id)
    {
        var session = await sessions.CurrentAsync(context, context.RequestAborted);
        if (session is not null && !state.Means(session))
        {
            SeeOther(context, $"{Paths.LogoutPage}?request={id ?? await logouts.CreateAsync(state, context, context.RequestAborted)}");
            return;
        }

        if (id is not null) await logouts.ConsumeAsync(id, context.RequestAborted);
        if (session is not null) await logouts.EndAsync(context, context.RequestAborted);
        // Without a hint and without anybody to ask, nothing says that the request is the client's own: no redirect (§2).
        SeeOther(context, Logouts.Target(state.IsProven ? state : null));
    }

    /// <summary>The request, checked. A hint that does not hold counts as none: the person is asked, and nothing is redirected by its word.</summary>
    private async Task<LogoutState> ReadAsync(ProtocolRequest request, CancellationToken cancellationToken)
    {
        request.RefuseDuplicates();
        var hint = request[Parameters.IdTokenHint] is { } token ? idTokens.ReadHint(token) : null;
        var clientId = request[Parameters.ClientId];
        if (hint is not null && clientId is not null && clientId != hint.ClientId) throw ProtocolException.InvalidRequest("client_id is not the client of id_token_hint"); // §2
        if (hint is null && request[Parameters.IdTokenHint] is not null) clientId = null;
        var client = (hint?.ClientId ?? clientId) is { } known ? await clients.FindAsync(known, cancellationToken) : null;
        if (client is not { IsEnabled: true }) client = null;

        var redirectUri = request[Parameters.PostLogoutRedirectUri];
        if (redirectUri is not null && client?.Metadata.PostLogoutRedirectUris.Contains(redirectUri, StringComparer.Ordinal) is not true)
        {
            logger.LogLogoutRedirectRefused(client?.ClientId);
            redirectUri = null;
        }

        return new LogoutState
        {
            ClientId = client?.ClientId, RedirectUri = redirectUri, State = request[Parameters.State], Subject = hint?.Subject, SessionId = hint?.SessionId,
        };
    }

    private static void SeeOther(HttpContext context, string location)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = location;
    }
}
