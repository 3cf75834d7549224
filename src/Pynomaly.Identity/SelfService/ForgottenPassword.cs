using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Mail;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService;

/// <summary>Asking for a new password. The request writes down what was typed, one row whatever it is, and answers; who that is, is looked up after it, outside of every request.</summary>
/// <remarks>
/// So neither the answer nor its time can tell whether an account exists (ASVS 6.4.3, 6.3.8): the request does not know. Whoever deletes the row, by one conditional statement, makes the link and
/// its mail in the same transaction: no two nodes do, and a crash loses no wish and sends none twice. That work begins after a pause by chance and takes only what waits then, so
/// that it falls on no request that can be told beforehand, the asker's next one least of all.
/// </remarks>
internal sealed class ForgottenPassword(Database database, Outbox outbox, LinkMails mails, PasswordReset reset, RateLimits limits, AuditTrail audit,
    ServerOptions options, TimeProvider time, ILogger<ForgottenPassword> logger) : BackgroundService
{
    private const int Most = 256;
    private const int AtOnce = 8;

    private const string DueSql = $"SELECT id, content, next_attempt, attempts FROM outgoing_mails WHERE kind = '{Outbox.PasswordWish}' AND next_attempt <= $1 ORDER BY next_attempt LIMIT 256";
    private const string TakeSql = $"DELETE FROM outgoing_mails WHERE id = $1 AND kind = '{Outbox.PasswordWish}'";
    private const string PutOffSql = "UPDATE outgoing_mails SET next_attempt = $1, attempts = attempts + 1 WHERE id = $2 AND next_attempt = $3";

    private const string FindSql = $"""
        SELECT id, email, COALESCE(security_stamp, ''), profile, normalized_user_name FROM users
        WHERE (normalized_user_name = $1 OR normalized_email = $1) AND email IS NOT NULL AND email_confirmed = $2 AND is_disabled = $3 AND {PasswordHold.NoneSql} LIMIT 3
        """;

    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(10); // for what other nodes left
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private readonly SemaphoreSlim _asked = new(0);

    /// <summary>True when it is offered.</summary>
    public bool IsOn => mails.IsOn;

    /// <summary>Takes note that somebody forgot the password of this name or address. Done, or Throttled: nothing else is told, and nothing else is known.</summary>
    public async Task<LinkResult> RequestAsync(HttpContext context, string name, CancellationToken cancellationToken)
    {
        var address = context.Connection.RemoteIpAddress;
        if (limits.SelfService(address) is var wait and > 0) return new LinkResult.Throttled(wait);
        var typed = AccountNames.Normalize(name);
        if (typed.Length is 0 or > AccountNames.MaximumLength || !Passwords.IsWellFormed(typed)) return new LinkResult.Done(); // no account has such a name
        var wish = new PasswordWish { Typed = typed, Expires = time.GetUtcNow() + options.Accounts.LinkLifetime, Address = address?.ToString(), CorrelationId = context.TraceIdentifier };
        await database.WriteAsync((sql, stop) => outbox.AddWishAsync(sql, wish.Write(), wish.Expires, stop), cancellationToken);
        if (_asked.CurrentCount == 0) _asked.Release();
        logger.LogPasswordResetAsked(address?.ToString() ?? "unknown");
        return new LinkResult.Done();
    }

    /// <summary>Answers the wishes that wait now, and none that comes meanwhile. Answers how many there were.</summary>
    public async Task<int> AnswerDueAsync(CancellationToken cancellationToken)
    {
        List<Row> rows;
        await using (var sql = await database.ReadAsync(cancellationToken))
        {
            rows = await sql.ListAsync(DueSql, row => new Row(row.GetString(0), row.GetString(1), row.Time(2), row.GetInt32(3)), cancellationToken, time.GetUtcNow());
        }

        foreach (var some in rows.Chunk(AtOnce)) await Task.WhenAll(some.Select(row => TryAnswerAsync(row, cancellationToken)));
        return rows.Count;
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _asked.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(50, 451)), stoppingToken);
            if (await TryAnswerAllAsync(stoppingToken) < Most) await _asked.WaitAsync(Poll, stoppingToken);
        }
    }

    private async Task<int> TryAnswerAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await AnswerDueAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            logger.LogPasswordWishesFailed(e.GetType().Name);
            return 0;
        }
    }

    private async Task TryAnswerAsync(Row row, CancellationToken cancellationToken)
    {
        try
        {
            var wish = PasswordWish.Read(outbox.ReadWish(row.Content));
            await database.WriteAsync(async (sql, stop) =>
            {
                if (await sql.ExecuteAsync(TakeSql, stop, row.Id) == 0) return false; // another node's
                await AnswerAsync(sql, wish, stop);
                return true;
            }, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // One that cannot be read must not stand in the way of the others; the outbox's old rows are deleted in the end.
            var pause = FirstPause * Math.Pow(3, Math.Min(row.Attempts, 6));
            if (pause > LongestPause) pause = LongestPause;
            await database.WriteAsync((sql, stop) => sql.ExecuteAsync(PutOffSql, stop, time.GetUtcNow() + pause, row.Id, row.NextAttempt), cancellationToken);
            logger.LogPasswordWishesFailed(e.GetType().Name);
        }
    }

    // What came too late is entered all the same: it was asked for.
    private async ValueTask AnswerAsync(SqlSession sql, PasswordWish wish, CancellationToken cancellationToken)
    {
        var person = await FindAsync(sql, wish.Typed, cancellationToken);
        var mayBeSent = await mails.TryTakeAsync(sql, person?.Email ?? wish.Typed, cancellationToken);
        if (person is not null && mayBeSent && wish.Expires > time.GetUtcNow()) await reset.SendAsync(sql, person.Id, person.Stamp, person.Email, person.Locale, cancellationToken);
        await audit.WriteAsync(sql, new AuditEntry(Log.PasswordResetAsked) { UserId = person?.Id, Address = wish.Address, CorrelationId = wish.CorrelationId }, cancellationToken);
    }

    // A user name first; an e-mail address only while it is one account's.
    private async ValueTask<Person?> FindAsync(SqlSession sql, string typed, CancellationToken cancellationToken)
    {
        var found = await sql.ListAsync(FindSql, row => (Person: new Person(row.GetString(0), row.GetString(1), row.GetString(2), LinkMails.LocaleOf(row.GetString(3))), Name: row.GetString(4)),
            cancellationToken, typed, true, false, time.GetUtcNow());
        return found.Find(one => one.Name == typed).Person ?? (found.Count == 1 ? found[0].Person : null);
    }

    private sealed record Row(string Id, string Content, DateTimeOffset NextAttempt, int Attempts);

    private sealed record Person(string Id, string Email, string Stamp, string? Locale)
    {
        public override string ToString() => Id;
    }
}
