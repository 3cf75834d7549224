using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tokens;

/// <summary>The revocation list as a stream of events: each is a part of the list, its id the cursor. Who hears nothing for longer than a heartbeat has lost the server.</summary>
/// <remarks>Server-sent events, <see href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML §9.2</see>. A node that is cut off from the database ends its streams.</remarks>
internal sealed class RevocationStream(RevocationList list, RevocationPages pages, RevocationDelays delays, ChangeFeed feed)
{
    /// <summary>How often something is said although there is nothing new.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15); // who may read is asked again, and followers spread over the nodes that there are then
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10); // a burst of revocations is told in few events

    /// <summary>Tells until somebody ends it.</summary>
    public async Task RunAsync(HttpContext context, long since, Func<RevocationPage, byte[]> write, CancellationToken cancellationToken)
    {
        var http = context.Response;
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.ContentType = "text/event-stream";
        http.Headers.CacheControl = "no-store";
        http.Headers["X-Accel-Buffering"] = "no"; // nginx would hold events back
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(Longest);
        try
        {
            await http.Body.WriteAsync("retry: 500\n"u8.ToArray(), end.Token);
            for (var isFirst = true; feed.IsFresh; isFirst = false)
            {
                var page = await pages.ReadAsync(since, end.Token);
                since = page.Cursor;
                var head = string.Create(CultureInfo.InvariantCulture, $"event: revocations\nid: {since}\ndata: ");
                await http.Body.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. write(page), .. "\n\n"u8], end.Token);
                await http.Body.FlushAsync(end.Token);
                if (!isFirst) delays.Add(page);
                if (page.HasMore) continue;
                await Task.Delay(Pace, end.Token);
                await WaitAsync(since, end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The follower left, the server stops, or it was long enough: the follower comes again with the last id.
        }
    }

    // A second at a time: a node that is cut off must not be silent until the heartbeat.
    private async Task WaitAsync(long since, CancellationToken cancellationToken)
    {
        var grown = list.GrownAsync(since);
        for (var waited = TimeSpan.Zero; waited < Heartbeat && !grown.IsCompleted && feed.IsFresh; waited += TimeSpan.FromSeconds(1))
            await grown.WaitAsync(TimeSpan.FromSeconds(1), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
