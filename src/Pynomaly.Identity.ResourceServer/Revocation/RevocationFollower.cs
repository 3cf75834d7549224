using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.ResourceServer.Tokens;

namespace Pynomaly.Identity.ResourceServer.Revocation;

/// <summary>Keeps the revocation list current: reads it whole, then holds a question for news open at all times.</summary>
/// <remarks>Where the server does not wait, it is asked twice a second. After an outage that made the list too old, everything is read again.</remarks>
internal sealed class RevocationFollower(PynomalyIdentityOptions options, ListReader reader, IssuerKeys keys, RevokedTokens revoked, TimeProvider time, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500), LongestPause = TimeSpan.FromSeconds(2), Breath = TimeSpan.FromMilliseconds(20);

    // However long the server asks for: one busy moment of it must not make the list too old.
    private readonly TimeSpan _longestAskedFor = options.MaximumListAge < TimeSpan.FromMinutes(3) ? options.MaximumListAge / 3 : TimeSpan.FromMinutes(1);
    private string? _cursor;
    private bool _isWhole;
    private int _failures;
    private bool _saidStale;

    /// <summary>Whether the last question failed.</summary>
    public bool IsFailing => Volatile.Read(ref _failures) > 0;

    /// <summary>Questions that were answered.</summary>
    public long Answers { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.FollowRevocations) return;
        await Task.Yield(); // the start waits for nobody
        while (!stoppingToken.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            TimeSpan pause;
            try
            {
                // Whoever answers at once that there is nothing new does not wait for us; then we do.
                pause = await FollowAsync(stoppingToken) switch { Answer.More => TimeSpan.Zero, Answer.News => Breath, _ => Interval - time.GetElapsedTime(started) };
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (AskLaterException later)
            {
                // Not before it says so, or it says so again; but a list that nobody asks about grows too old.
                var least = Failed(later.Message);
                pause = later.After < least ? least : later.After < _longestAskedFor ? later.After : _longestAskedFor;
            }
            catch (Exception failure) when (failure is not OutOfMemoryException) // whatever a stranger's answer makes of its readers: the list grows old, which decides
            {
                pause = Failed(failure.Message);
            }

            if (pause > TimeSpan.Zero) await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<Answer> FollowAsync(CancellationToken cancellationToken)
    {
        if (!await keys.RequireAsync(cancellationToken)) throw new HttpRequestException("the identity server's discovery document cannot be read");
        if (_isWhole && revoked.IsStale) (_cursor, _isWhole) = (null, false); // the server may have been set back in the meantime
        var asked = time.GetUtcNow();
        var page = await reader.ReadAsync(_cursor, cancellationToken);
        var moved = page.Cursor != _cursor;
        if (page.HasMore && !moved) throw new JsonException("The revocation list has more, and does not go on"); // it would be asked without end
        revoked.Add(page);
        _cursor = page.Cursor;
        if (!page.HasMore)
        {
            // By the server's word, as far as it can be true: not before it was asked, not after it was heard.
            var generated = DateTimeOffset.FromUnixTimeSeconds(page.Generated);
            revoked.Heard(generated < asked ? asked : Earlier(generated, time.GetUtcNow()));
            Succeeded();
        }

        return page.HasMore ? Answer.More : moved && !page.IsEmpty ? Answer.News : Answer.Nothing;
    }

    private void Succeeded()
    {
        if (!_isWhole) logger.LogListRead(revoked.Count);
        else if (_failures > 0) logger.LogListReadAgain();
        (_isWhole, _saidStale) = (true, false);
        Volatile.Write(ref _failures, 0);
        Answers++;
    }

    private TimeSpan Failed(string reason)
    {
        if (_failures == 0) logger.LogListNotRead(reason, (int)options.MaximumListAge.TotalSeconds);
        Volatile.Write(ref _failures, _failures + 1);
        if (revoked.IsRead && revoked.IsStale && !_saidStale) // not _isWhole, which ends with the first question after a long pause
        {
            _saidStale = true;
            logger.LogListStale(options.WhenListIsStale == StaleListBehavior.Refuse ? "tokens are answered with 503" : "revoked tokens are accepted until they expire");
        }

        // All APIs lose the server in one moment; they shall not all come back in one.
        var most = Math.Min(LongestPause.TotalMilliseconds, 100 << Math.Min(_failures, 10));
        return TimeSpan.FromMilliseconds(most / 2 + RandomNumberGenerator.GetInt32((int)most / 2 + 1));
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private enum Answer
    {
        Nothing,
        News,
        More,
    }
}
