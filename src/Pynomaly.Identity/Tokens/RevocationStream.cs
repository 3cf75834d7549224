using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tokens;

/// <summary>The revocation list as a stream of events: each is a part of the list, its id the cursor. Who hears nothing for longer than a heartbeat has lost the server.</summary>
/// <remarks>Server-sent events, <see href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML §9.2</see>. A node that is cut off from the database ends its streams.</remarks>
internal sealed class RevocationStream(RevocationList list, RevocationPages pages, RevocationReaders readers, RevocationDelays delays, ChangeFeed feed)
{
    /// <summary>How often something is said although there is nothing new.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15); // who may read is asked again, and followers spread over the nodes that there are then
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10); // a burst of revocations is told in few events

    /// <summary>Tells until somebody ends it.</summary>
    public async Task RunAsync(HttpContext context, long since, Func<HttpContext, long, CancellationToken, ValueTask<IDisposable?>> enter, Func<RevocationPage, byte[]> write,
        Func<HttpContext, RevocationPage, bool> weigh, CancellationToken cancellationToken)
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
                RevocationPage page;
                using (await enter(context, since, end.Token))
                {
                    page = await pages.ReadAsync(since, end.Token);
                    since = page.Cursor;
                    if (!await TellAsync(context, page, write(page), end.Token)) return;
                }

                if (!isFirst) delays.Add(page);
                if (!weigh(context, page)) return; // it comes again, and is told then how long to wait
                if (page.HasMore) continue;
                await Task.Delay(Pace, end.Token);
                await WaitAsync(since, end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The follower left, the server stops, or it was long enough: the follower comes again with the last id.
        }
        catch (ProtocolException) when (http.HasStarted)
        {
            // No turn for a long part came in time: likewise.
        }
    }

    // Whoever does not read is cut off: an event that is begun cannot be left out.
    private async Task<bool> TellAsync(HttpContext context, RevocationPage page, byte[] data, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(readers.Reading(data.Length));
        try
        {
            var head = string.Create(CultureInfo.InvariantCulture, $"event: revocations\nid: {page.Cursor}\ndata: ");
            await context.Response.Body.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. data, .. "\n\n"u8], end.Token);
            await context.Response.Body.FlushAsync(end.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            context.Abort();
            return false;
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
