using Pynomaly.Identity.Api;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Hosting;

/// <summary>Catches what endpoints and pages let fall. A failure shows a correlation id and nothing else of itself; the log has the rest.</summary>
internal sealed class Failures(SecurityHeaders headers, ILogger<Failures> logger)
{
    /// <summary>Around the endpoints of programs, and around everything as the last resort: answers JSON.</summary>
    public async Task ForProgramsAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            if (IsGone(context, e)) return;
            context.Response.Clear(); // whatever the endpoint had begun to say
            headers.Apply(context);
            if (e is ProtocolException refusal)
            {
                await ProtocolDoor.WriteAsync(context, refusal);
                return;
            }

            var status = Note(context, e);
            await Refusals.WriteAsync(context, status, Refusals.Describe(status));
        }
    }

    /// <summary>Around the API: answers problem+json (RFC 9457).</summary>
    public async Task ForApiAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            if (IsGone(context, e)) return;
            context.Response.Clear();
            headers.Apply(context);
            if (e is ApiProblem problem) await Problems.WriteAsync(context, problem);
            else if (e is ProtocolException refusal) await Problems.WriteAsync(context, refusal);
            else
            {
                var status = Note(context, e);
                Refusals.Prepare(context, status);
                await Problems.WriteAsync(context, status, Refusals.Describe(status));
            }
        }
    }

    /// <summary>Around the pages: answers a bare status, for which the pages show one of theirs.</summary>
    public async Task ForPagesAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            if (IsGone(context, e)) return;
            context.Response.Clear();
            headers.ApplyToPage(context);
            Refusals.Prepare(context, Note(context, e), (e as ProtocolException)?.RetryAfter);
        }
    }

    private static bool IsGone(HttpContext context, Exception e) => e is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested;

    private int Note(HttpContext context, Exception e)
    {
        var status = Refusals.StatusOf(e);
        if (status == StatusCodes.Status500InternalServerError) Log.RequestFailed(logger, e, context.Request.Path.Value ?? "", context.TraceIdentifier);
        else if (status == StatusCodes.Status503ServiceUnavailable && e is not ProtocolException) Log.DatabaseRefused(logger, context.Request.Path.Value ?? "", context.TraceIdentifier, e.GetType().Name, e.Message);
        return status;
    }
}
