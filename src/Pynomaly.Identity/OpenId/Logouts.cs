using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.OpenId;

/// <summary>Sign-outs that wait for the person's word, each bound to the browser that began; and the end itself.</summary>
public sealed class Logouts(
    Database database, ClientDirectory clients, Sessions sessions, TokenRevoker revoker, FlowCookie cookie, ServerOptions options, TimeProvider time)
{
    private const string Reason = "logout";

    /// <summary>The request; null when it is unknown, done, expired, or another browser's.</summary>
    public async Task<PendingLogout?> FindAsync(string id, HttpContext context, CancellationToken cancellationToken)
    {
        if (await ReadAsync(id, context, cancellationToken) is not { } state) return null;
        var client = state.ClientId is null ? null : await clients.FindAsync(state.ClientId, cancellationToken);
        return new PendingLogout { Id = id, Application = client is { IsEnabled: true } ? client : null, RedirectUri = state.RedirectUri };
    }

    /// <summary>Signs the person out of this browser and answers where to send it: the client's address with its state, or the signed-out page. Null is a person who came by themselves.</summary>
    public async Task<string> ConfirmAsync(PendingLogout? logout, HttpContext context, CancellationToken cancellationToken)
    {
        var state = logout is null ? null : await ReadAsync(logout.Id, context, cancellationToken);
        if (state is not null && !await ConsumeAsync(logout!.Id, cancellationToken)) state = null; // confirmed twice: the second finds nothing to return to
        await EndAsync(context, cancellationToken);
        return Target(state);
    }

    /// <summary>Keeps a request that waits, and answers its handle.</summary>
    internal async Task<string> CreateAsync(LogoutState state, HttpContext context, CancellationToken cancellationToken)
    {
        var id = Secrets.Create();
        var now = time.GetUtcNow();
        var row = new Token
        {
            Id = RowOf(id), Kind = TokenKinds.Logout, ClientId = state.ClientId, Created = now, Expires = now + options.Lifetimes.Interaction,
            Payload = JsonSerializer.Serialize(state with { Browser = cookie.Require(context) }, OpenIdJson.Default.LogoutState),
        };
        await database.WriteAsync((session, stop) => OneTimeTokens.AddAsync(session, row, stop), cancellationToken);
        return id;
    }

    /// <summary>The state of a request of this browser that is not done; null otherwise.</summary>
    internal async Task<LogoutState?> ReadAsync(string id, HttpContext context, CancellationToken cancellationToken)
    {
        if (id.Length != 43 || cookie.Read(context) is not { } browser) return null;
        await using var session = await database.ReadAsync(cancellationToken);
        var row = await OneTimeTokens.FindAsync(session, RowOf(id), TokenKinds.Logout, cancellationToken);
        if (row is null || row.Consumed is not null || row.Expires <= time.GetUtcNow()) return null;
        var state = JsonSerializer.Deserialize(row.Payload!, OpenIdJson.Default.LogoutState)!;
        return state.Browser == browser ? state : null;
    }

    /// <summary>Ends the waiting request, once.</summary>
    internal Task<bool> ConsumeAsync(string id, CancellationToken cancellationToken) =>
        database.WriteAsync((session, stop) => OneTimeTokens.ConsumeAsync(session, RowOf(id), TokenKinds.Logout, time.GetUtcNow(), stop), cancellationToken);

    /// <summary>Ends the browser's session with the grants that were made in it without offline access.</summary>
    internal async Task EndAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (await sessions.CurrentAsync(context, cancellationToken) is { } session) await revoker.EndSessionAsync(session.Id, Reason, AuditEntry.By(session.UserId) with { UserId = session.UserId }, cancellationToken);
        sessions.Forget(context);
    }

    /// <summary>Where the browser goes when it is done.</summary>
    internal static string Target(LogoutState? state) =>
        state?.RedirectUri is not { } uri ? Paths.SignedOutPage
        : state.State is null ? uri
        : QueryResponseMode.Append(uri, [new(Parameters.State, state.State)]);

    private static string RowOf(string id) => Secrets.Hash(TokenKinds.Logout, id);
}
