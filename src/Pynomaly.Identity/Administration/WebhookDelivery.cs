using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Sealing;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>Tells webhooks of sealed entries, one after the other in their order. The trail is the outbox: the cursor moves on when the receiver has said yes, and only then.</summary>
/// <remarks>
/// Whoever moves a webhook's next attempt on, by one conditional statement, tells it: no two nodes do. A node that is killed between the yes and the cursor leaves the entry to be
/// told once more, under the same webhook-id; none is lost. A receiver that fails is tried again with growing pauses, for about five days, then disabled.
/// </remarks>
internal sealed class WebhookDelivery(Database database, MasterKey master, OutboundHttp outbound, Sealer sealer, AuditTrail audit, TimeProvider time, ILogger<WebhookDelivery> logger) : BackgroundService
{
    /// <summary>Failed tries in a row after which a webhook is disabled: with an hour between them, about five days.</summary>
    public const int MostTries = 130;

    private const int Batch = 50;
    private const int Gone = 410;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15); // longer than any try, and as long as a killed node holds up what it was telling
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5); // for what other nodes have sealed, and for what is tried again
    private readonly SemaphoreSlim _sealed = new(0);

    /// <summary>Tells every webhook that is due what there is to tell.</summary>
    public async Task DeliverDueAsync(CancellationToken cancellationToken)
    {
        List<Webhook> due;
        long last;
        await using (var session = await database.ReadAsync(cancellationToken))
        {
            due = await WebhookRows.DueAsync(session, time.GetUtcNow(), cancellationToken);
            if (due.Count == 0) return;
            last = (await SealRows.LastAsync(session, cancellationToken))?.LastSequence ?? 0;
        }

        await Task.WhenAll(due.Where(hook => hook.Cursor < last).Select(hook => DeliverAsync(hook, last, cancellationToken)));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _sealed.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // nothing of this holds up the start
        void Wake(IReadOnlyList<AuditEvent> entries)
        {
            if (_sealed.CurrentCount == 0) _sealed.Release();
        }

        sealer.Sealed += Wake;
        try
        {
            while (true)
            {
                await _sealed.WaitAsync(Poll, stoppingToken);
                try
                {
                    await DeliverDueAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
                {
                    Log.WebhookDeliveryFailed(logger, e.GetType().Name);
                }
            }
        }
        finally
        {
            sealer.Sealed -= Wake;
        }
    }

    private async Task DeliverAsync(Webhook hook, long last, CancellationToken cancellationToken)
    {
        if (await MoveAsync(hook, time.GetUtcNow() + Lease, cancellationToken) is not { } lease) return; // another node's
        while (hook.Cursor < last)
        {
            var entries = await EntriesAsync(hook, last, cancellationToken);
            foreach (var entry in entries)
            {
                if (await WhyNotAsync(hook, entry, cancellationToken) is { } reason)
                {
                    await FailedAsync(hook, entry, lease, reason, cancellationToken);
                    return;
                }

                // What was taken is noted, even by a server that is told to stop now.
                if (await AdvanceAsync(hook, entry.Sequence, lease, true) is not { } next) return;
                lease = next;
            }

            if (entries.Count == Batch) continue;
            if (await AdvanceAsync(hook, last, lease, entries.Count > 0) is not { } end) return;
            lease = end;
        }

        await ReleaseAsync(hook, lease);
    }

    // Null: it was taken.
    private async Task<(string Text, bool IsGone)?> WhyNotAsync(Webhook hook, AuditEvent entry, CancellationToken cancellationToken)
    {
        var message = WebhookMessage.Of(hook.Id, entry);
        var now = time.GetUtcNow();
        try
        {
            var status = await outbound.PostAsync(hook.Url, message.Body, message.Headers(WebhookSecret.Read(master, hook.Id, hook.Secret), now), cancellationToken);
            return status is >= 200 and < 300 ? null : (string.Create(CultureInfo.InvariantCulture, $"The answer was {status}"), status == Gone);
        }
        catch (Exception e) when (e is OutboundException or ConfigurationException)
        {
            return (e.Message, false);
        }
    }

    private async ValueTask<List<AuditEvent>> EntriesAsync(Webhook hook, long last, CancellationToken cancellationToken)
    {
        var names = hook.Events.Count == 0 ? "" : $" AND name IN ({string.Join(", ", hook.Events.Select((_, i) => $"${i + 3}"))})";
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.ListAsync($"SELECT {AuditRows.Columns} FROM audit_events WHERE sequence > $1 AND sequence <= $2{names} ORDER BY sequence LIMIT {Batch}", AuditRows.Map, cancellationToken,
            [hook.Cursor, last, .. hook.Events]);
    }

    private async Task<DateTimeOffset?> MoveAsync(Webhook hook, DateTimeOffset lease, CancellationToken cancellationToken) =>
        await database.WriteAsync((session, stop) => session.ExecuteAsync("UPDATE webhooks SET next_attempt = $1 WHERE id = $2 AND next_attempt = $3 AND is_enabled = $4 AND cursor = $5", stop,
            lease, hook.Id, hook.NextAttempt, true, hook.Cursor), cancellationToken) == 1 ? lease : null;

    private async Task<DateTimeOffset?> AdvanceAsync(Webhook hook, long cursor, DateTimeOffset lease, bool wasTold)
    {
        var now = time.GetUtcNow();
        var next = now + Lease;
        const string told = "UPDATE webhooks SET cursor = $1, next_attempt = $2, failed_count = 0, last_success = $6, last_error = NULL WHERE id = $3 AND next_attempt = $4 AND is_enabled = $5";
        const string passed = "UPDATE webhooks SET cursor = $1, next_attempt = $2 WHERE id = $3 AND next_attempt = $4 AND is_enabled = $5";
        object?[] values = wasTold ? [cursor, next, hook.Id, lease, true, now] : [cursor, next, hook.Id, lease, true];
        var rows = await database.WriteAsync((session, stop) => session.ExecuteAsync(wasTold ? told : passed, stop, values), CancellationToken.None);
        hook.Cursor = cursor;
        return rows == 1 ? next : null;
    }

    private Task<int> ReleaseAsync(Webhook hook, DateTimeOffset lease) =>
        database.WriteAsync((session, stop) => session.ExecuteAsync("UPDATE webhooks SET next_attempt = $1 WHERE id = $2 AND next_attempt = $3", stop, time.GetUtcNow(), hook.Id, lease), CancellationToken.None);

    private async Task FailedAsync(Webhook hook, AuditEvent entry, DateTimeOffset lease, (string Text, bool IsGone) reason, CancellationToken cancellationToken)
    {
        var tries = await TriesAsync(hook.Id, cancellationToken) + 1;
        var isEnd = reason.IsGone || tries >= MostTries;
        var pause = PauseAfter(tries);
        var now = time.GetUtcNow();
        var written = await database.WriteAsync(async (session, stop) =>
        {
            var rows = await session.ExecuteAsync("UPDATE webhooks SET failed_count = $1, next_attempt = $2, last_error = $3, is_enabled = $4 WHERE id = $5 AND next_attempt = $6 AND is_enabled = $7", stop,
                (long)tries, now + pause, reason.Text, !isEnd, hook.Id, lease, true);
            if (rows == 1 && isEnd)
                await audit.WriteAsync(session, new AuditEntry(Log.HookGivenUp) { Actor = "server", Detail = new JsonObject { ["webhook"] = hook.Id, ["name"] = hook.Name, ["reason"] = reason.Text }.ToJsonString() }, stop);
            return rows == 1;
        }, CancellationToken.None);
        if (!written) return;
        if (isEnd) Log.WebhookGivenUp(logger, hook.Id, reason.Text);
        else Log.WebhookFailed(logger, hook.Id, entry.Sequence, reason.Text, tries, (int)pause.TotalSeconds);
    }

    private async ValueTask<int> TriesAsync(string id, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.FirstAsync("SELECT failed_count FROM webhooks WHERE id = $1", row => row.GetInt32(0), cancellationToken, id);
    }

    // A fifth more or less, so that receivers that fell together are not all called at once.
    private static TimeSpan PauseAfter(int tries)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(tries - 1, 12));
        return (pause < LongestPause ? pause : LongestPause) * (RandomNumberGenerator.GetInt32(80, 121) / 100.0);
    }
}
