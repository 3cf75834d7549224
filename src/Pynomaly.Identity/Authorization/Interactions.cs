using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Authorization;

/// <summary>Authorization requests that wait for the person: a row each, bound to the browser that began.</summary>
/// <remarks>The row keeps the request as it was sent; each step validates it anew, so that a client disabled meanwhile gets nothing.</remarks>
public sealed class Interactions(Database database, Sessions sessions, AuthorizationRequestValidator validator, FlowCookie cookie, ServerOptions options, TimeProvider time)
{
    /// <summary>The request; null when it is unknown, done, expired, or another browser's, or its client may ask no more.</summary>
    /// <exception cref="ProtocolException">temporarily_unavailable: whether the client still may is not known at this moment, and the request goes on waiting.</exception>
    public async Task<Interaction?> FindAsync(string id, HttpContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(id, context, cancellationToken) is not { } state ? null
                : await FindAsync(id, state, cancellationToken);
        }
        catch (ProtocolException refusal) when (refusal.Error != Errors.TemporarilyUnavailable)
        {
            return null; // what was a good request when it came is none any more
        }
    }

    /// <summary>The person has just signed in for this request, which is what prompt=login and max_age ask for; or has given one factor more, which is not.</summary>
    public Task SignedInAsync(Interaction interaction, SignInResult.Succeeded done, CancellationToken cancellationToken)
    {
        var state = interaction.State;
        if (done.Began is not { } began) return UpdateAsync(interaction, state with { SteppedUp = true }, cancellationToken);

        // A password that was typed before the request came is no sign-in for it, whatever page it went on with (CVE-2023-6787).
        var signedIn = began >= state.Created ? done.Session.Id : state.SignedIn;
        return UpdateAsync(interaction, state with { SignedIn = signedIn, Selected = done.Session.Id, AllowedBy = null }, cancellationToken);
    }

    /// <summary>The person goes on with the account that is signed in.</summary>
    public async Task SelectAccountAsync(Interaction interaction, HttpContext context, CancellationToken cancellationToken)
    {
        if (await sessions.CurrentAsync(context, cancellationToken) is { } session)
            await UpdateAsync(interaction, interaction.State with { Selected = session.Id }, cancellationToken);
    }

    /// <summary>The person who is signed in allows what is asked for.</summary>
    public async Task AllowAsync(Interaction interaction, HttpContext context, Remember remember, CancellationToken cancellationToken)
    {
        if (await sessions.CurrentAsync(context, cancellationToken) is { } session)
            await UpdateAsync(interaction, interaction.State with { AllowedBy = session.UserId, Remember = remember }, cancellationToken);
    }

    /// <summary>The person refuses: the client gets access_denied.</summary>
    public Task DenyAsync(Interaction interaction, HttpContext context, CancellationToken cancellationToken) =>
        UpdateAsync(interaction, interaction.State with { IsDenied = true }, cancellationToken);

    /// <summary>Keeps a request that needs the person, and answers its handle.</summary>
    internal async Task<string> CreateAsync(AuthorizationRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        var id = Secrets.Create();
        var now = time.GetUtcNow();
        var row = new Token
        {
            Id = RowOf(id), Kind = TokenKinds.Interaction, ClientId = request.Client.ClientId, Created = now, Expires = now + options.Lifetimes.Interaction,
            Payload = Serialize(InteractionState.Of(request.Parameters, cookie.Require(context), now)),
        };
        await database.WriteAsync((session, stop) => OneTimeTokens.AddAsync(session, row, stop), cancellationToken);
        return id;
    }

    /// <summary>The state of a request of this browser that is not done; null otherwise.</summary>
    internal async Task<InteractionState?> ReadAsync(string id, HttpContext context, CancellationToken cancellationToken)
    {
        if (id.Length != 43 || cookie.Read(context) is not { } browser) return null;
        await using var session = await database.ReadAsync(cancellationToken);
        var row = await OneTimeTokens.FindAsync(session, RowOf(id), TokenKinds.Interaction, cancellationToken);
        if (row is null || row.Consumed is not null || row.Expires <= time.GetUtcNow()) return null;
        var state = JsonSerializer.Deserialize(row.Payload!, AuthorizationJson.Default.InteractionState)!;
        return state.Browser == browser ? state : null;
    }

    /// <summary>Ends the request, once; in the transaction of what it ends with.</summary>
    internal ValueTask<bool> ConsumeAsync(SqlSession session, string id, CancellationToken cancellationToken) =>
        OneTimeTokens.ConsumeAsync(session, RowOf(id), TokenKinds.Interaction, time.GetUtcNow(), cancellationToken);

    /// <summary>Where a request goes on.</summary>
    internal static string ResumePath(string id) => $"{Paths.AuthorizeResume}?id={id}";

    private async Task<Interaction> FindAsync(string id, InteractionState state, CancellationToken cancellationToken)
    {
        var parameters = state.ToRequest();
        var request = await validator.ValidateAsync(parameters, await validator.RequireTargetAsync(parameters, cancellationToken), cancellationToken);
        return new Interaction
        {
            Id = id, Application = request.Client, RedirectUri = request.Target.RedirectUri, LoginHint = parameters[Parameters.LoginHint],
            Scopes = request.Scopes, Claims = Consents.ClaimsOf(request), ResumePath = ResumePath(id), State = state, Level = WantedLevel.OfSignIn(request),
        };
    }

    private Task<bool> UpdateAsync(Interaction interaction, InteractionState state, CancellationToken cancellationToken) =>
        database.WriteAsync((session, stop) => OneTimeTokens.UpdateAsync(session, RowOf(interaction.Id), TokenKinds.Interaction, Serialize(state), time.GetUtcNow(), stop), cancellationToken);

    private static string RowOf(string id) => Secrets.Hash(TokenKinds.Interaction, id);

    private static string Serialize(InteractionState state) => JsonSerializer.Serialize(state, AuthorizationJson.Default.InteractionState);
}
