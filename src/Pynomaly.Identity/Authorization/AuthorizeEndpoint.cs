using System.Data.Common;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Authorization;

/// <summary>The authorization endpoint: validates the request, has the person sign in and allow it where that is needed, and sends the client a code.</summary>
/// <remarks>RFC 6749 §3.1 and §4.1, OpenID Connect Core §3.1.2. No CORS header ever: programs have no business here (OAuth 2.1 §3.1).</remarks>
[Specification("RFC 6749", "The OAuth 2.0 Authorization Framework")]
public sealed class AuthorizeEndpoint(
    AuthorizationRequestValidator validator, Interactions interactions, Sessions sessions, SecondFactors factors, Database database, AuthorizationResponse answer,
    AuditTrail audit, ServerOptions options, TimeProvider time, ILogger<AuthorizeEndpoint> logger)
{
    /// <summary>Takes a new request, by GET or by a form.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        AuthorizationTarget? target = null;
        try
        {
            SetHeaders(context);
            var isForm = HttpMethods.IsPost(context.Request.Method);
            var parameters = isForm ? await ReadFormAsync(context) : ProtocolRequest.ReadQuery(context.Request);
            target = await validator.RequireTargetAsync(parameters, context.RequestAborted);
            var request = await validator.ValidateAsync(parameters, target, context.RequestAborted);

            // A form comes from the client's site, and browsers keep Lax cookies from it: who is signed in shows only when the browser comes again by GET.
            if (isForm) SeeOther(context, Interactions.ResumePath(await interactions.CreateAsync(request, context, context.RequestAborted)));
            else await ProceedAsync(context, request, null, null);
        }
        catch (ProtocolException refusal)
        {
            await RefuseAsync(context, target, refusal, null);
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            await FailAsync(context, target, e);
        }
    }

    /// <summary>Goes on with a request that waited for the person.</summary>
    public async Task ResumeAsync(HttpContext context)
    {
        SetHeaders(context);
        var id = context.Request.Query["id"].ToString();
        if (await interactions.ReadAsync(id, context, context.RequestAborted) is not { } state)
        {
            WriteExpired(context);
            return;
        }

        AuthorizationTarget? target = null;
        try
        {
            var parameters = state.ToRequest();
            target = await validator.RequireTargetAsync(parameters, context.RequestAborted);
            await ProceedAsync(context, await validator.ValidateAsync(parameters, target, context.RequestAborted), id, state);
        }
        catch (ProtocolException refusal)
        {
            await RefuseAsync(context, target, refusal, id);
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            await FailAsync(context, target, e);
        }
    }

    private async Task ProceedAsync(HttpContext context, AuthorizationRequest request, string? id, InteractionState? done)
    {
        var session = await sessions.CurrentAsync(context, context.RequestAborted);
        var step = NextStep.OfSignIn(request, session, done, time.GetUtcNow())
            ?? await StepOfLevelAsync(request, session!, done, context.RequestAborted)
            ?? await StepOfConsentAsync(request, session!, done, context.RequestAborted);
        if (step.Refusal is { } refusal) throw refusal;
        if (step.Page is { } page)
        {
            id ??= await interactions.CreateAsync(request, context, context.RequestAborted);
            SeeOther(context, $"{page}?interaction={id}");
            return;
        }

        if (step.Level is { } level)
        {
            id ??= await interactions.CreateAsync(request, context, context.RequestAborted);
            SeeOther(context, await factors.StepUpAsync(context, session!, level, context.RequestAborted) switch
            {
                SignInResult.FactorNeeded needed => $"{Paths.FactorPage}?step={needed.Handle}&interaction={id}",
                SignInResult.EnrolmentNeeded needed => $"{Paths.EnrolPage}?step={needed.Handle}&interaction={id}",
                _ => Interactions.ResumePath(id), // the session has ended meanwhile
            });
            return;
        }

        var code = await IssueAsync(context, request, session!, id, done);
        if (code is null) WriteExpired(context);
        else await answer.WriteCodeAsync(context, request.Target, code);
    }

    private async ValueTask<NextStep?> StepOfLevelAsync(AuthorizationRequest request, Session session, InteractionState? done, CancellationToken cancellationToken) =>
        WantedLevel.IsAsked(request) ? NextStep.OfLevel(request, session, done, await factors.ChoicesAsync(session.UserId, cancellationToken)) : null;

    private async Task<NextStep> StepOfConsentAsync(AuthorizationRequest request, Session session, InteractionState? done, CancellationToken cancellationToken)
    {
        await using var sql = await database.ReadAsync(cancellationToken);
        return NextStep.OfConsent(request, session, done, await Consents.IsNeededAsync(sql, request, session.UserId, cancellationToken));
    }

    /// <summary>One transaction: the waiting request ends, the consent is kept, the code is stored, the trail is written. Null: the request had ended already.</summary>
    private async Task<string?> IssueAsync(HttpContext context, AuthorizationRequest request, Session session, string? id, InteractionState? done)
    {
        var now = time.GetUtcNow();
        var content = Content(request, session);
        var entry = new AuditEntry(Log.AuthorizationGranted)
        {
            Actor = session.UserId, UserId = session.UserId, ClientId = request.Client.ClientId, SessionId = session.Id, Detail = string.Join(' ', content.Scopes),
        }.From(context);
        var code = await database.WriteAsync(async (sql, stop) =>
        {
            if (id is not null && !await interactions.ConsumeAsync(sql, id, stop)) return null;
            if (done?.AllowedBy == session.UserId)
            {
                if (done.Remember == Remember.Yes) await Consents.RememberAsync(sql, request, session.UserId, now, stop);
                await audit.WriteAsync(sql, entry with { Event = Log.ConsentGiven }, stop);
            }

            await audit.WriteAsync(sql, entry, stop);
            return await content.IssueAsync(sql, now, options.Lifetimes.AuthorizationCode, stop);
        }, context.RequestAborted);
        if (code is not null) logger.LogAuthorizationGranted(session.UserId, request.Client.ClientId, content.AuthorizationId);
        return code;
    }

    private static AuthorizationCode Content(AuthorizationRequest request, Session session) => new()
    {
        AuthorizationId = Secrets.CreateId(), ClientId = request.Client.ClientId, UserId = session.UserId, SessionId = session.Id,
        RedirectUri = request.Parameters[Parameters.RedirectUri], CodeChallenge = request.CodeChallenge,
        Scopes = [.. request.Scopes.Select(scope => scope.Name)], Resources = request.Resources,
        Nonce = request.Parameters[Parameters.Nonce], Thumbprint = request.Thumbprint, ClaimsRequest = request.Parameters[Parameters.Claims],
        AuthTime = session.AuthTime, Acr = WantedLevel.Told(request, session), Amr = session.Amr,
    };

    private async Task RefuseAsync(HttpContext context, AuthorizationTarget? target, ProtocolException refusal, string? id)
    {
        if (target is not null)
        {
            logger.LogAuthorizationRefused(target.Client.ClientId, refusal.Error, refusal.Description);
            var isPersons = refusal.Error == Errors.AccessDenied;
            audit.Count(new AuditEntry(isPersons ? Log.ConsentRefused : Log.AuthorizationRefused) { ClientId = target.Client.ClientId });
        }

        // A waiting request has one end, a refusal too; a moment in which nothing can be decided is none.
        if (id is not null && refusal.Error != Errors.TemporarilyUnavailable && !await database.WriteAsync((sql, stop) => interactions.ConsumeAsync(sql, id, stop), context.RequestAborted)) WriteExpired(context);
        else await answer.WriteErrorAsync(context, target, refusal);
    }

    // RFC 6749 §4.1.2.1: the client is told by redirect too, since no status can reach it through one. The waiting request stays.
    private Task FailAsync(HttpContext context, AuthorizationTarget? target, Exception failure)
    {
        logger.LogAuthorizationUnavailable(target?.Client.ClientId, failure.GetType().Name);
        return answer.WriteErrorAsync(context, target, ProtocolException.TemporarilyUnavailable());
    }

    private static async ValueTask<ProtocolRequest> ReadFormAsync(HttpContext context)
    {
        // A query beside the form could say something else than it.
        if (context.Request.QueryString.HasValue && context.Request.QueryString.Value!.Length > 1) throw ProtocolException.InvalidRequest("A form must not come with a query");
        return await ProtocolRequest.ReadFormAsync(context.Request, context.RequestAborted);
    }

    private static void WriteExpired(HttpContext context) =>
        new PageError(Errors.InvalidRequest, "This request is done, has expired, or was begun in another browser. Go back to the application and start again").Write(context);

    private static void SeeOther(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther; // never 307: what was posted here is not for the next page
        context.Response.Headers.Location = path;
    }

    private static void SetHeaders(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.Pragma = "no-cache";
        headers["Referrer-Policy"] = "no-referrer"; // code and state stand in addresses
    }
}
