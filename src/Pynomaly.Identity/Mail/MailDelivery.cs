using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Mail;

/// <summary>Sends what the outbox holds, outside of every request: at once, then with growing pauses until the mail is worth nothing any more.</summary>
/// <remarks>Whoever moves a row's next attempt on, by one conditional statement, sends it: no two nodes do. A node that dies between the server's yes and the
/// row's end leaves it to be sent once more, under the same Message-ID; none is lost.</remarks>
public sealed class MailDelivery(Database database, Outbox outbox, IEmailSender sender, TimeProvider time, ILogger<MailDelivery> logger) : BackgroundService
{
    private const int Batch = 8;
    private const string DueSql = $"SELECT id, kind, content, expires, next_attempt, attempts FROM outgoing_mails WHERE next_attempt <= $1 AND kind <> '{Outbox.PasswordWish}' ORDER BY next_attempt LIMIT 8";
    private const string TakeSql = "UPDATE outgoing_mails SET next_attempt = $1, attempts = attempts + 1 WHERE id = $2 AND next_attempt = $3";
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5); // longer than any try
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(10); // for the mails of other nodes and of the command line
    private static readonly TimeSpan[] CommitPauses = [.. new[] { 0, 20, 100, 400, 1500 }.Select(pause => TimeSpan.FromMilliseconds(pause))];

    /// <summary>Sends what is due now, a batch at most. Answers how many mails that were, sent or not.</summary>
    public async Task<int> SendDueAsync(CancellationToken cancellationToken)
    {
        List<Row> rows;
        await using (var session = await database.ReadAsync(cancellationToken))
        {
            rows = await session.ListAsync(DueSql, row => new Row(row.GetString(0), row.GetString(1), row.GetString(2), row.Time(3), row.Time(4), row.GetInt32(5)), cancellationToken, time.GetUtcNow());
        }

        await Task.WhenAll(rows.Select(row => SendAsync(row, cancellationToken)));
        return rows.Count;
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // nothing of this holds up the start
        while (true)
        {
            var added = await outbox.WaitAsync(Poll, stoppingToken);
            foreach (var pause in added ? CommitPauses : [TimeSpan.Zero])
            {
                await Task.Delay(pause, stoppingToken);
                if (await TrySendAllAsync(stoppingToken)) break;
            }
        }
    }

    private async Task<bool> TrySendAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            var sent = 0;
            for (var count = Batch; count == Batch; sent += count) count = await SendDueAsync(cancellationToken);
            return sent > 0;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            logger.LogOutboxFailed(e.GetType().Name);
            return false;
        }
    }

    private async Task SendAsync(Row row, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (row.Expires <= now)
        {
            if (!await RemoveAsync(row.Id, cancellationToken)) return;
            Count("expired");
            logger.LogMailGivenUp(row.Id, row.Kind, row.Attempts);
            return;
        }

        if (await database.WriteAsync((session, stop) => session.ExecuteAsync(TakeSql, stop, now + Lease, row.Id, row.NextAttempt), cancellationToken) == 0) return; // another node's
        try
        {
            var message = outbox.Read(row.Content);
            if (message.To.Length > 0)
            {
                await sender.SendAsync(row.Id, message, cancellationToken);
                Count("sent");
                logger.LogMailSent(row.Id, row.Kind);
            }
        }
        catch (SmtpRefusedException refused) when (refused.IsPermanent)
        {
            Count("refused"); // RFC 5321 §4.2.1: the same mail would be refused again
            logger.LogMailRefused(row.Id, row.Kind, refused.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            var pause = PauseAfter(row.Attempts);
            await database.WriteAsync((session, stop) => session.ExecuteAsync("UPDATE outgoing_mails SET next_attempt = $1 WHERE id = $2", stop, time.GetUtcNow() + pause, row.Id), cancellationToken);
            logger.LogMailFailed(row.Id, row.Kind, ReasonOf(e), row.Attempts + 1, (int)pause.TotalSeconds);
            return;
        }

        await RemoveAsync(row.Id, CancellationToken.None); // it is done with: a server that stops now must not send it again
    }

    private async Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) =>
        await database.WriteAsync((session, stop) => session.ExecuteAsync("DELETE FROM outgoing_mails WHERE id = $1", stop, id), cancellationToken) == 1;

    private static void Count(string outcome) => Telemetry.Mails.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    private static TimeSpan PauseAfter(int attempts)
    {
        var pause = FirstPause * Math.Pow(3, Math.Min(attempts, 10));
        return pause < LongestPause ? pause : LongestPause;
    }

    // Of other exceptions never the message: it may repeat the address.
    private static string ReasonOf(Exception e) => e is SmtpRefusedException ? e.Message : e.GetType().Name;

    private sealed record Row(string Id, string Kind, string Content, DateTimeOffset Expires, DateTimeOffset NextAttempt, int Attempts);
}
