using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>The endpoints of the passkey script: options to begin a ceremony with, and the form that ends a sign-in. Passkeys that are added are posted to the page they are added on.</summary>
/// <remarks>Every one of them wants the antiforgery token of the page (ASVS 3.5.1).</remarks>
internal static class PasskeyEndpoints
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(Paths.PasskeyOptions, BeginSignInAsync);
        endpoints.MapPost(Paths.PasskeyAddOptions, BeginAddingAsync);
        endpoints.MapPost(Paths.PasskeyEnrolOptions, BeginEnrollingAsync);
        endpoints.MapPost(Paths.PasskeySignIn, SignInAsync);
    }

    private static async Task BeginSignInAsync(HttpContext context, IAntiforgery antiforgery, RateLimits limits, Passkeys passkeys, PendingSignIns pendings, Sessions sessions)
    {
        if (await ReadAsync(context, antiforgery, limits) is not { } form) return;
        var stop = context.RequestAborted;
        var pending = await pendings.FindAsync(form["step"], context, stop);
        if (pending is null && form["step"].Count > 0) Refuse(context, StatusCodes.Status400BadRequest);
        else if (form["confirm"].Count == 0) await WriteAsync(context, await passkeys.BeginRequestAsync(context, pending, stop));
        else if (await sessions.CurrentAsync(context, stop) is { } session) await WriteAsync(context, await passkeys.BeginConfirmationAsync(context, session, stop));
        else Refuse(context, StatusCodes.Status400BadRequest);
    }

    private static async Task BeginAddingAsync(HttpContext context, IAntiforgery antiforgery, RateLimits limits, Passkeys passkeys, Sessions sessions, Confirmation confirmation)
    {
        if (await ReadAsync(context, antiforgery, limits) is null) return;
        var stop = context.RequestAborted;
        if (await sessions.CurrentAsync(context, stop) is { } session && await confirmation.IsConfirmedAsync(session, stop)) await WriteAsync(context, await passkeys.BeginCreationAsync(context, session.UserId, stop));
        else Refuse(context, StatusCodes.Status401Unauthorized);
    }

    // Only who must have a factor and has none adds one before being signed in (WA-12).
    private static async Task BeginEnrollingAsync(HttpContext context, IAntiforgery antiforgery, RateLimits limits, Passkeys passkeys, PendingSignIns pendings)
    {
        if (await ReadAsync(context, antiforgery, limits) is not { } form) return;
        var stop = context.RequestAborted;
        if (await pendings.FindAsync(form["step"], context, stop) is { MustEnrol: true } pending) await WriteAsync(context, await passkeys.BeginCreationAsync(context, pending.UserId, stop));
        else Refuse(context, StatusCodes.Status400BadRequest);
    }

    private static async Task SignInAsync(HttpContext context, IAntiforgery antiforgery, RateLimits limits, Passkeys passkeys, PendingSignIns pendings, Interactions interactions)
    {
        if (await ReadAsync(context, antiforgery, limits) is not { } form) return;
        var stop = context.RequestAborted;
        var (step, interactionId, back, credential) = (Text("step"), Text("interaction"), Text("return"), Text("credential") ?? "");
        var interaction = interactionId is null ? null : await interactions.FindAsync(interactionId, context, stop);
        var pending = await pendings.FindAsync(step, context, stop);
        if ((interactionId is not null && interaction is null) || (step is not null && pending is null))
        {
            Go(LocalPath.Carry(Paths.SignInPage, null, interactionId, back)); // the first unmet step; it says what has expired
            return;
        }

        switch (await passkeys.SignInAsync(context, Text("handle") ?? "", credential, pending, Text("trust") == "true" ? TrustDevice.Yes : TrustDevice.No, stop))
        {
            case SignInResult.Succeeded succeeded:
                if (interaction is not null) await interactions.SignedInAsync(interaction, succeeded, stop);
                Go(interaction?.ResumePath ?? LocalPath.Of(back));
                break;
            case SignInResult.Throttled:
                Again("later");
                break;
            default:
                Again(await passkeys.KnowsAsync(credential, stop) ? "failed" : "unknown");
                break;
        }

        string? Text(string name) => form[name] is [{ Length: > 0 } only] ? only : null;

        void Again(string how)
        {
            var page = LocalPath.Carry(step is not null ? Paths.FactorPage : form["confirm"].Count > 0 ? Paths.ConfirmPage : Paths.SignInPage, step, interactionId, back);
            Go($"{page}{(page.Contains('?', StringComparison.Ordinal) ? '&' : '?')}passkey={how}");
        }

        void Go(string address)
        {
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.Response.Headers.Location = address;
        }
    }

    /// <summary>The form of a request that came from our own page; null when it was refused.</summary>
    private static async Task<IFormCollection?> ReadAsync(HttpContext context, IAntiforgery antiforgery, RateLimits limits)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (limits.Authorize(context.Connection.RemoteIpAddress) is var wait and > 0)
        {
            context.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
            Refuse(context, StatusCodes.Status429TooManyRequests);
            return null;
        }

        await SessionOfForm.FindAsync(context);
        try
        {
            if (context.Request.HasFormContentType && await antiforgery.IsRequestValidAsync(context)) return await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (InvalidDataException)
        {
            // a form that is none
        }

        Refuse(context, StatusCodes.Status400BadRequest);
        return null;
    }

    private static void Refuse(HttpContext context, int status) => context.Response.StatusCode = status;

    private static Task WriteAsync(HttpContext context, PasskeyCeremony ceremony)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(ceremony.ToJson(), context.RequestAborted);
    }
}
