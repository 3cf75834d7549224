namespace Samples.DetectorsApi;

/// <summary>Refuses to judge tokens while the revocation list is stale: 503, never a guess.</summary>
internal sealed class RevocationFeedGuard(RequestDelegate next, RevocationFeed feed)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (feed.IsFresh || !context.Request.Headers.ContainsKey("Authorization")) return next(context);
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = "1";
        return Task.CompletedTask;
    }
}
