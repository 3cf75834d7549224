using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Administration;

/// <summary>Tells receivers of security events, one after the other in their order, as soon as they are committed on any node. The cursor moves on when the receiver has said 202.</summary>
/// <remarks>
/// <see href="https://www.rfc-editor.org/rfc/rfc8935">RFC 8935</see>. Whoever moves a receiver's next attempt on, by one conditional statement, tells it: no two nodes do. A node that is killed
/// between the yes and the cursor leaves the event to be told once more, under the same jti; none is lost. An event that its receiver refuses by name (400 with an error, §2.3) is passed
/// after three tries, so that it does not hold up what comes after it. A receiver that fails is tried again with growing pauses, for about five days,
/// then disabled. One that is slow holds up nobody else.
/// </remarks>
[Specification("RFC 8935", "Push-Based Security Event Token Delivery")]
internal sealed class EventDelivery(Database database, ChangeFeed feed, EventReceivers receivers, SecurityEventToken tokens, RevocationDelays delays, AuditTrail audit, TimeProvider time, ILogger<EventDelivery> logger) : BackgroundService
{
    /// <summary>Failed tries in a row after which a receiver is disabled: with an hour between them, about five days.</summary>
    public const int MostTries = 130;

    private const int MostRefusals = 3;
    private const int Batch = 50;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15); // longer than any try, and as long as a killed node holds up what it was telling
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1); // for what is tried again
    private readonly ConcurrentDictionary<string, bool> _told = new();
    private readonly SemaphoreSlim _wake = new(0);

    /// <summary>Begins to tell every receiver that is due and is not being told. Done when they were told.</summary>
    public async Task DeliverDueAsync(CancellationToken cancellationToken)
    {
        List<EventReceiver> due;
        await using (var session = await database.ReadAsync(cancellationToken)) due = await EventReceiverRows.DueAsync(session, time.GetUtcNow(), cancellationToken);
        await Task.WhenAll(due.Where(receiver => _told.TryAdd(receiver.Id, true)).Select(async receiver =>
        {
            await TellAsync(receiver, cancellationToken);
            if (!cancellationToken.IsCancellationRequested) Wake(); // for what came between the last look and now; what broke waits for the next look
        }));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _wake.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // nothing of this holds up the start
        feed.EventsAdded += Wake;
        try
        {
            while (true)
            {
                await _wake.WaitAsync(Poll, stoppingToken);
                _ = LookAsync(stoppingToken); // not awaited: a receiver that is slow holds up nobody else
            }
        }
        finally
        {
            feed.EventsAdded -= Wake;
        }
    }

    private void Wake()
    {
        if (_wake.CurrentCount == 0) _wake.Release();
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await DeliverDueAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.EventDeliveryFailed(logger, e.GetType().Name);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task TellAsync(EventReceiver receiver, CancellationToken cancellationToken)
    {
        try
        {
            if (await MoveAsync(receiver, time.GetUtcNow() + Lease, cancellationToken) is not { } lease) return; // another node's
            while (await EventsAsync(receiver, cancellationToken) is { Count: > 0 } events)
            {
                foreach (var happened in events)
                {
                    var isWanted = receiver.Events.Count == 0 || receiver.Events.Contains(happened.Type);
                    if (isWanted && await SendAsync(receiver, happened, cancellationToken) is { } failure)
                    {
                        await FailedAsync(receiver, happened, lease, failure, cancellationToken);
                        return;
                    }

                    // What was taken is noted, even by a server that is told to stop now.
                    if (await AdvanceAsync(receiver, happened, lease, isWanted) is not { } next) return;
                    lease = next;
                }
            }

            await ReleaseAsync(receiver, lease);
        }
        finally
        {
            _told.TryRemove(receiver.Id, out _);
        }
    }

    // What cannot even be written or opened is a failed try too: it waits longer each time, and its operator sees why.
    private async Task<PushFailure?> SendAsync(EventReceiver receiver, SecurityEvent happened, CancellationToken cancellationToken)
    {
        try
        {
            return await receivers.SendAsync(receiver, tokens.Write(receiver, happened), cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return new PushFailure(e.GetType().Name);
        }
    }

    private async ValueTask<List<SecurityEvent>> EventsAsync(EventReceiver receiver, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await EventReceiverRows.EventsAsync(session, receiver.Cursor, Batch, cancellationToken);
    }

    private async Task<DateTimeOffset?> MoveAsync(EventReceiver receiver, DateTimeOffset lease, CancellationToken cancellationToken) =>
        await database.WriteAsync((session, stop) => session.ExecuteAsync("UPDATE event_receivers SET next_attempt = $1 WHERE id = $2 AND next_attempt = $3 AND is_enabled = $4 AND cursor = $5", stop,
            lease, receiver.Id, receiver.NextAttempt, true, receiver.Cursor), cancellationToken) == 1 ? lease : null;

    private async Task<DateTimeOffset?> AdvanceAsync(EventReceiver receiver, SecurityEvent happened, DateTimeOffset lease, bool wasTold)
    {
        var now = time.GetUtcNow();
        var next = now + Lease;
        const string told = "UPDATE event_receivers SET cursor = $1, next_attempt = $2, failed_count = 0, last_success = $6, last_error = NULL WHERE id = $3 AND next_attempt = $4 AND is_enabled = $5";
        const string passed = "UPDATE event_receivers SET cursor = $1, next_attempt = $2 WHERE id = $3 AND next_attempt = $4 AND is_enabled = $5";
        object?[] values = wasTold ? [happened.Sequence, next, receiver.Id, lease, true, now] : [happened.Sequence, next, receiver.Id, lease, true];
        var rows = await database.WriteAsync((session, stop) => session.ExecuteAsync(wasTold ? told : passed, stop, values), CancellationToken.None);
        if (wasTold)
        {
            Telemetry.EventDelay.Record(Math.Max(0, (now - happened.At).TotalSeconds));
            delays.Add(RevocationPath.Push, happened.At);
        }

        receiver.Cursor = happened.Sequence;
        return rows == 1 ? next : null;
    }

    private Task<int> ReleaseAsync(EventReceiver receiver, DateTimeOffset lease) =>
        database.WriteAsync((session, stop) => session.ExecuteAsync("UPDATE event_receivers SET next_attempt = $1 WHERE id = $2 AND next_attempt = $3", stop, time.GetUtcNow(), receiver.Id, lease), CancellationToken.None);

    private async Task FailedAsync(EventReceiver receiver, SecurityEvent happened, DateTimeOffset lease, PushFailure failure, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return; // the server stops: that is no failure of the receiver
        var reason = failure.Reason;
        int tries;
        string? before;
        await using (var session = await database.ReadAsync(cancellationToken))
            (tries, before) = await session.FirstAsync("SELECT failed_count, last_error FROM event_receivers WHERE id = $1", row => (row.GetInt32(0) + 1, row.Text(1)), cancellationToken, receiver.Id);
        if (failure.IsRefusal && tries >= MostRefusals && reason == before) // other failures before do not count for an answer that came once
        {
            await PassAsync(receiver, happened, lease, reason);
            return;
        }

        var isEnd = tries >= MostTries;
        var pause = PauseAfter(tries);
        var next = time.GetUtcNow() + pause;
        var written = await database.WriteAsync(async (session, stop) =>
        {
            var rows = await session.ExecuteAsync("UPDATE event_receivers SET failed_count = $1, next_attempt = $2, last_error = $3, is_enabled = $4 WHERE id = $5 AND next_attempt = $6 AND is_enabled = $7", stop,
                (long)tries, next, reason, !isEnd, receiver.Id, lease, true);
            if (rows == 1 && isEnd)
                await audit.WriteAsync(session, new AuditEntry(Log.ReceiverGivenUp) { Actor = "server", Detail = new JsonObject { ["receiver"] = receiver.Id, ["name"] = receiver.Name, ["reason"] = reason }.ToJsonString() }, stop);
            return rows == 1;
        }, CancellationToken.None);
        if (!written) return;
        if (isEnd) Log.EventReceiverGivenUp(logger, receiver.Id, reason);
        else Log.EventPushFailed(logger, receiver.Id, happened.Sequence, reason, tries, (int)pause.TotalSeconds);
    }

    private async Task PassAsync(EventReceiver receiver, SecurityEvent happened, DateTimeOffset lease, string reason)
    {
        var passed = await database.WriteAsync(async (session, stop) =>
        {
            var rows = await session.ExecuteAsync("UPDATE event_receivers SET cursor = $1, failed_count = 0, next_attempt = $2, last_error = $3 WHERE id = $4 AND next_attempt = $5 AND is_enabled = $6", stop,
                happened.Sequence, time.GetUtcNow(), reason, receiver.Id, lease, true);
            if (rows == 0) return false;
            await audit.WriteAsync(session, new AuditEntry(Log.PushRefused)
            {
                Actor = "server", Detail = new JsonObject { ["receiver"] = receiver.Id, ["name"] = receiver.Name, ["event"] = happened.Id, ["type"] = happened.Type, ["reason"] = reason }.ToJsonString(),
            }, stop);
            return true;
        }, CancellationToken.None);
        if (passed) Log.EventPushRefused(logger, receiver.Id, happened.Sequence, reason);
    }

    // A fifth more or less, so that receivers that fell together are not all called at once.
    private static TimeSpan PauseAfter(int tries)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(tries - 1, 12));
        return (pause < LongestPause ? pause : LongestPause) * (RandomNumberGenerator.GetInt32(80, 121) / 100.0);
    }
}
