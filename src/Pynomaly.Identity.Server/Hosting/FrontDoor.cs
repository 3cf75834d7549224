using System.Collections.Frozen;
using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Hosting;

/// <summary>The first that every request meets: headers, the rules for all, limits, and the way to the endpoint of a program or on to the pages.</summary>
/// <remarks>The paths of programs are looked up exactly, in one table (<see cref="ProgramEndpoints"/>).</remarks>
internal sealed class FrontDoor(
    FrozenDictionary<string, ProgramPath> programs, SecurityHeaders headers, RequestRules rules, Preparation preparation, RateLimits limits, Failures failures,
    CrossOrigin scripts, ILogger<FrontDoor> logger)
{
    /// <summary>Puts the door in front of the pages.</summary>
    public RequestDelegate Before(RequestDelegate pages) => context => Enter(context, pages);

    private Task Enter(HttpContext context, RequestDelegate pages)
    {
        headers.Apply(context);
        var known = programs.TryGetValue(context.Request.Path.Value ?? "", out var program);
        if (known && program!.IsHealth) return program.RunAsync(context); // asked by address, from inside, before anything works
        if (rules.Refuse(context.Request) is { } refusal) return Refusals.WriteAsync(context, refusal.Status, refusal.Reason);
        if (!preparation.IsDone) return Refusals.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The server is starting, and its database does not answer yet");
        return known ? RunProgramAsync(context, program!, pages) : RunPageAsync(context, pages);
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

        if (context.Response.StatusCode is 400 or 401 && program.CountsGuesses
            && context.Items[typeof(ProtocolException)] is Errors.InvalidClient or Errors.InvalidGrant) limits.Failed(context.Connection.RemoteIpAddress);
    }

    // Where a browser stands at the endpoint, the person gets a page.
    private Task RefuseAsync(HttpContext context, ProgramPath program, RequestDelegate pages, int status, int retryAfter)
    {
        if (!program.IsForBrowsers) return Refusals.WriteAsync(context, status, "Too many requests", retryAfter);
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
    }
}
