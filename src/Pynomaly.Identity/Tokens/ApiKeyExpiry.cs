using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Tokens;

/// <summary>Tells people a week before that a key of theirs ends, once; of a service's key the log tells.</summary>
public sealed class ApiKeyExpiry(Database database, Notices notices, TimeProvider time, ILogger<ApiKeyExpiry> logger) : BackgroundService
{
    private const int Batch = 200;
    private static readonly TimeSpan Before = TimeSpan.FromDays(7);
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    // A key that was made for a week or less needs no word.
    private const string DueSql = """
        SELECT id, name, user_id, client_id, expires FROM api_keys
        WHERE revoked IS NULL AND expires > $1 AND expires <= $2 AND expires - COALESCE(rotated, created) > $3 AND (expires > $4 OR (expires = $4 AND id > $5)) ORDER BY expires, id LIMIT 200
        """;

    /// <summary>Tells of all that are due, and answers how many that were. The row count of one insert decides which node does.</summary>
    public async Task<int> NotifyAsync(CancellationToken cancellationToken)
    {
        var (told, now, last) = (0, time.GetUtcNow(), (Expires: DateTimeOffset.UnixEpoch, Id: ""));
        while (true)
        {
            List<(string Id, string Name, string? UserId, string? ClientId, DateTimeOffset Expires)> due;
            await using (var sql = await database.ReadAsync(cancellationToken))
            {
                due = await sql.ListAsync(DueSql, row => (row.GetString(0), row.GetString(1), row.Text(2), row.Text(3), row.Time(4)), cancellationToken,
                    now, now + Before, (long)(Before + TimeSpan.FromDays(1)).TotalMilliseconds, last.Expires, last.Id);
            }

            foreach (var (id, name, userId, clientId, expires) in due)
            {
                if (!await TellAsync(id, name, userId, expires, now, cancellationToken)) continue;
                told++;
                if (clientId is not null) logger.LogApiKeyExpires(id, clientId, (int)Math.Ceiling((expires - now).TotalDays));
            }

            if (due.Count < Batch) return told;
            last = (due[^1].Expires, due[^1].Id);
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await NotifyAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogApiKeyExpiryFailed(e.GetType().Name);
            }
        }
    }

    private Task<bool> TellAsync(string id, string name, string? userId, DateTimeOffset expires, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(async (sql, stop) =>
    {
        var mark = new Token
        {
            Id = Secrets.Hash(TokenKinds.ApiKeyExpiry, $"{id}\n{expires.ToUnixTimeMilliseconds()}"), Kind = TokenKinds.ApiKeyExpiry, UserId = userId, ClientId = id, Created = now, Expires = expires,
        };
        if (!await OneTimeTokens.AddAsync(sql, mark, stop)) return false;
        if (userId is not null) await notices.AddAsync(sql, userId, NoticeKind.ApiKeyExpires, null, name, stop);
        return true;
    }, cancellationToken);
}
