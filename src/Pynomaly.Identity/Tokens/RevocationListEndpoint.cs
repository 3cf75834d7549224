using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tokens;

/// <summary>The revocation list for resource servers: which living tokens are ended, whole or since a cursor. It names no person.</summary>
/// <remarks>
/// Asked now and then (GET with an ETag), by a question that waits ("wait": a long poll), or as a stream of events. As JSON, or as a JWT that proves who says so and when.
/// A node that is cut off from the database says nothing rather than that nothing is new.
/// </remarks>
public sealed class RevocationListEndpoint
{
    /// <summary>The typ of the list as a JWT.</summary>
    public const string TokenType = "revocations+jwt";

    private const int LongestWait = 30;
    private const int EntriesOfARequest = 250;
    private static readonly TimeSpan SignedFor = TimeSpan.FromMinutes(1);
    private readonly RevocationList _list;
    private readonly RevocationPages _pages;
    private readonly RevocationFollowers _followers;
    private readonly RevocationReaders _readers;
    private readonly RateLimits _limits;
    private readonly RevocationDelays _delays;
    private readonly RevocationStream _stream;
    private readonly ChangeFeed _feed;
    private readonly ClientAuthenticator _clients;
    private readonly KeyRing _keys;
    private readonly ServerOptions _options;
    private readonly TimeProvider _time;

    /// <summary>Takes what it needs.</summary>
    public RevocationListEndpoint(RevocationList list, RevocationPages pages, RevocationFollowers followers, RevocationReaders readers, RateLimits limits, RevocationDelays delays, ChangeFeed feed,
        ClientAuthenticator clients, KeyRing keys, ServerOptions options, TimeProvider time)
    {
        (_list, _pages, _followers, _readers, _limits, _delays, _feed, _clients, _keys, _options, _time) = (list, pages, followers, readers, limits, delays, feed, clients, keys, options, time);
        _stream = new RevocationStream(list, pages, readers, delays, feed);
    }

    /// <summary>Answers with the list.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        _feed.RequireFresh();
        var stop = context.RequestAborted;
        var asked = RevocationQuery.Read(context.Request, LongestWait);
        if (_options.RevocationListAccess == "Clients") await _clients.AuthenticateAsync(context, ProtocolRequest.Of([]), stop); // by the Authorization header
        var since = await _pages.PlaceAsync(asked.Since, stop);
        context.Response.Headers.Vary = "Accept";
        if (asked.IsStream) await StreamAsync(context, since, asked.IsSigned);
        else if (asked.Wait > 0) await WaitAsync(context, since, asked);
        else await AnswerAsync(context, since, asked.IsSigned, hasWaited: false);
    }

    private async Task StreamAsync(HttpContext context, long since, bool isSigned)
    {
        using var place = _followers.Enter(context.Connection.RemoteIpAddress) ?? throw ProtocolException.TemporarilyUnavailable("Too many followers wait here");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _followers.Stopping);
        await _stream.RunAsync(context, since, EnterAsync, page => isSigned ? Encoding.ASCII.GetBytes(Sign(page)) : Write(page), Weigh, end.Token);
    }

    private async Task WaitAsync(HttpContext context, long since, RevocationQuery asked)
    {
        var stop = context.RequestAborted;
        if (_list.GrownAsync(since) is { IsCompleted: false } grown)
        {
            using var place = _followers.Enter(context.Connection.RemoteIpAddress);
            if (place is null)
            {
                // Nobody is turned away for good: it is an ordinary question then, a second later at the earliest.
                context.Response.Headers.RetryAfter = "1";
            }
            else
            {
                using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, _followers.Stopping);
                await grown.WaitAsync(TimeSpan.FromSeconds(asked.Wait), end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                stop.ThrowIfCancellationRequested();
                _feed.RequireFresh();
                if (grown.IsCompleted)
                {
                    _delays.Add(await AnswerAsync(context, since, asked.IsSigned, hasWaited: true));
                    return;
                }
            }
        }

        await AnswerAsync(context, since, asked.IsSigned, hasWaited: true);
    }

    // What was waited for is news, or the word that there is none: nobody may keep it.
    private async Task<RevocationPage> AnswerAsync(HttpContext context, long since, bool isSigned, bool hasWaited)
    {
        var http = context.Response;
        var mayBeKept = !hasWaited && !isSigned;
        http.Headers.CacheControl = mayBeKept ? "no-cache" : "no-store"; // may be kept, must be asked
        if (mayBeKept)
        {
            // Entries also vanish by expiry, but a follower lets them go by itself: what it has stays true.
            var etag = $"\"{_list.Sequence}-{since}\"";
            http.Headers.ETag = etag;
            if (context.Request.Headers.IfNoneMatch == etag)
            {
                http.StatusCode = StatusCodes.Status304NotModified;
                return new RevocationPage([], since, false);
            }
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        using var place = await EnterAsync(context, since, end.Token);
        var page = await _pages.ReadAsync(since, end.Token);
        Weigh(context, page);
        var body = isSigned ? Encoding.ASCII.GetBytes(Sign(page)) : Write(page);
        http.ContentType = isSigned ? "application/jwt" : "application/json";
        http.ContentLength = body.Length;
        if (HttpMethods.IsHead(context.Request.Method)) return page;
        end.CancelAfter(_readers.Reading(body.Length));
        try
        {
            await http.Body.WriteAsync(body, end.Token);
        }
        catch (OperationCanceledException)
        {
            context.Abort(); // too slow, or gone: what is cut off must not look whole
        }

        return page;
    }

    // What is not long is short: nobody waits for it.
    private async ValueTask<IDisposable?> EnterAsync(HttpContext context, long since, CancellationToken cancellationToken) =>
        _list.Sequence - since < RevocationReaders.Long ? null
        : await _readers.EnterAsync(context.Connection.RemoteIpAddress, cancellationToken) ?? throw ProtocolException.TemporarilyUnavailable("Too many read the list here");

    // A stranger may ask as often as an API, but not for as much: reading and signing it is work.
    private bool Weigh(HttpContext context, RevocationPage page) =>
        page.Entries.Count < EntriesOfARequest || _limits.RevocationList(context.Connection.RemoteIpAddress, page.Entries.Count / EntriesOfARequest) == 0;

    private byte[] Write(RevocationPage page)
    {
        var buffer = new ArrayBufferWriter<byte>(256 + page.Entries.Count * 56);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            page.Write(json, _time.GetUtcNow());
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    // A type of its own and a short life: it passes for no other token, and an old list for no new one (RFC 8725 §3.11).
    private string Sign(RevocationPage page)
    {
        var algorithm = _keys.AlgorithmsInUse.Contains(Algorithms.ES256) ? Algorithms.ES256 : _keys.AlgorithmsInUse[0];
        return Jws.Write(_keys.Active(algorithm), TokenType, (page, issuer: _options.Issuer, now: _time.GetUtcNow()), static (json, state) =>
        {
            json.WriteString("iss"u8, state.issuer);
            json.WriteNumber("iat"u8, state.now.ToUnixTimeSeconds());
            json.WriteNumber("exp"u8, (state.now + SignedFor).ToUnixTimeSeconds());
            state.page.Write(json, state.now);
        });
    }
}
