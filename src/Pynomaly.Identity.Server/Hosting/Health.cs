using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Server.Hosting;

/// <summary>Two questions of an orchestrator: is the process alive, and may it be sent requests?</summary>
internal sealed class Health(Preparation preparation, ChangeFeed feed, KeyRing keys, IHostApplicationLifetime lifetime)
{
    /// <summary>200 as long as the process answers at all: a database that is away is no reason to be killed.</summary>
    public static Task LiveAsync(HttpContext context) => AnswerAsync(context, StatusCodes.Status200OK, "live");

    /// <summary>200 while requests can be answered truthfully; 503 while starting, while the database is away, and from the first moment of stopping.</summary>
    public Task ReadyAsync(HttpContext context) =>
        lifetime.ApplicationStopping.IsCancellationRequested ? AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "stopping")
        : !preparation.IsDone ? AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "starting")
        : !feed.IsFresh ? AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "database")
        : keys.AlgorithmsInUse.Count == 0 ? AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "keys")
        : AnswerAsync(context, StatusCodes.Status200OK, "ready");

    private static Task AnswerAsync(HttpContext context, int status, string word)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync($$"""{"status":"{{word}}"}""", context.RequestAborted);
    }
}
