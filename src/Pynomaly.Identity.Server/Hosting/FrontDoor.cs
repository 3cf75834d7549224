using System.Collections.Frozen;
using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Hosting;

/// <summary>The first that every request meets: headers, the rules for all, limits, and the way to the endpoint of a program or on to the pages.</summary>
/// <remarks>The paths of programs are looked up exactly, in one table (<see cref="ProgramEndpoints"/>).</remarks>
internal sealed class FrontDoor(
    FrozenDictionary<string, ProgramPath> programs, SecurityHeaders headers, RequestRules rules, Preparation preparation, RateLimits limits, Failures failures,
    CrossOrigin scripts, AbuseWatch abuse, ILogger<FrontDoor> logger)
{
    /// <summary>Puts the door in front of the pages.</summary>
    public RequestDelegate Before(RequestDelegate pages) => context => Enter(context, pages);

    private Task Enter(HttpContext context, RequestDelegate pages)
    {
        headers.Apply(context);
        var known = programs.TryGetValue(context.Request.Path.Value ?? "", out var program);
        if (known && program!.IsHealth) return program.RunAsync(context); // asked by address, from inside, before anything works
        if (rules.Refuse(context.Request) is { } refusal) return RefuseAsync(context, refusal.Status, refusal.Reason);
        if (!preparation.IsDone) return Refusals.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The server is starting, and its database does not answer yet");
        if (abuse.Look(context, program) is var wait and > 0) return RefuseBannedAsync(context, program, pages, wait);
        return known ? RunProgramAsync(context, program!, pages) : RunPageAsync(context, pages);
    }

    // By another name or past https come mostly those who try whole networks.
    private async Task RefuseAsync(HttpContext context, int status, string reason)
    {
        await Refusals.WriteAsync(context, status, reason);
        if (preparation.IsDone) await abuse.NoteAsync(context);
    }

    private async Task RefuseBannedAsync(HttpContext context, ProgramPath? program, RequestDelegate pages, int wait)
    {
        using var scope = logger.BeginScope(new CorrelationScope(context));
        if (await abuse.IsKnownBrowserAsync(context)) await (program is null ? RunPageAsync(context, pages) : RunProgramAsync(context, program, pages));
        else await RefuseAsync(context, program, pages, StatusCodes.Status429TooManyRequests, wait);
    }

    private async Task RunProgramAsync(HttpContext context, ProgramPath program, RequestDelegate pages)
    {
        using var scope = logger.BeginScope(new CorrelationScope(context));
        if (program.IsForScripts && await scripts.AnswerAsync(context)) return;
        if (program.TakeFrom(limits, context.Connection.RemoteIpAddress) is var wait && wait > 0)
        {
            Log.RateLimited(logger, context.Request.Path.Value ?? "", context.Connection.RemoteIpAddress?.ToString(), wait);
            await RefuseAsync(context, program, pages, StatusCodes.Status429TooManyRequests, wait);
            return;
        }

        await failures.ForProgramsAsync(context, program.RunAsync);
        if (program.IsForBrowsers && PageError.Of(context) is not null)
        {
            await ShowAsync(context, pages, Paths.ErrorPage);
            return;
        }

        if (context.Response.StatusCode < 400) return;
        await abuse.NoteAsync(context);
        if (context.Response.StatusCode is 400 or 401 && program.CountsGuesses
            && context.Items[typeof(ProtocolException)] is Errors.InvalidClient or Errors.InvalidGrant) limits.Failed(context.Connection.RemoteIpAddress);
    }

    // Where a browser stands at the endpoint, the person gets a page.
    private Task RefuseAsync(HttpContext context, ProgramPath? program, RequestDelegate pages, int status, int retryAfter)
    {
        if (program is { IsForBrowsers: false }) return Refusals.WriteAsync(context, status, "Too many requests", retryAfter);
        Refusals.Prepare(context, status, retryAfter);
        return ShowAsync(context, pages, $"/status/{status}");
    }

    private Task ShowAsync(HttpContext context, RequestDelegate pages, PathString page)
    {
        context.Items[typeof(ProgramPath)] = context.Request.Path.Value; // what a trace is named after
        context.SetEndpoint(null); // else routing would take the program's endpoint once more
        context.Request.Method = HttpMethods.Get;
        context.Request.Path = page;
        return RunPageAsync(context, pages);
    }

    private async Task RunPageAsync(HttpContext context, RequestDelegate pages)
    {
        using var scope = logger.BeginScope(new CorrelationScope(context));
        await failures.ForProgramsAsync(context, pages); // the last resort: the pages have a handler of their own
        if (context.Response.StatusCode is >= 400 and not StatusCodes.Status429TooManyRequests) await abuse.NoteAsync(context);
    }
}
