using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Abuse;

/// <summary>A score for each source that looks for holes (<see cref="ProbeSignals"/>); it halves every ten minutes, and at the limit the source is banned on all nodes.</summary>
/// <remarks>
/// The scores are each node's own and bounded in number; what follows from them, the ban, is everybody's. No page may get its readers banned, and nobody hides by claiming to be such a
/// reader. So what another site's page has sent is scored apart, and at the limit only such requests are refused, which nobody misses. And where another site leads a person, one step
/// a minute counts, and little: a bad link does not ban, and a window that is led on for a quarter of an hour does.
/// </remarks>
internal sealed class Probes(Bans bans, ServerOptions options, TimeProvider time, ILogger<Probes> logger)
{
    private const int Most = 10_000;
    private const int MostOfLink = 10;
    private const int MostListed = 200;
    private static readonly double HalfLife = TimeSpan.FromMinutes(10).TotalMilliseconds;
    private static readonly long BetweenLinks = (long)TimeSpan.FromMinutes(1).TotalMilliseconds;
    private readonly ConcurrentDictionary<AddressKey, Score> _scores = new();
    private readonly ConcurrentDictionary<AddressKey, Score> _pages = new();
    private readonly ConcurrentDictionary<AddressKey, long> _refusedUntil = new();

    /// <summary>0, or the seconds for which requests that other sites' pages have the source send are refused.</summary>
    public int LookAtPages(IPAddress? address)
    {
        if (_refusedUntil.IsEmpty || !_refusedUntil.TryGetValue(AddressKey.Of(address), out var until)) return 0;
        var left = until - time.GetUtcNow().ToUnixTimeMilliseconds();
        return left <= 0 ? 0 : (int)((left + 999) / 1000);
    }

    /// <summary>Looks at a request that was refused: its path without the query, and its User-Agent. True: its source is banned now.</summary>
    public Task<bool> RefusedAsync(IPAddress? address, string rawTarget, string userAgent, SentBy sender, CancellationToken cancellationToken)
    {
        if (options.Abuse.Mode == AbuseSettings.Off) return NotBanned;
        var query = rawTarget.IndexOf('?', StringComparison.Ordinal);
        var path = ProbeSignals.OfPath(query < 0 ? rawTarget : rawTarget[..query]);
        var agent = ProbeSignals.OfUserAgent(userAgent);
        return AddAsync(address, path.Score + agent.Score, path.Names ?? agent.Names, sender, cancellationToken);
    }

    /// <summary>Looks at a name that failed to sign in.</summary>
    public Task<bool> NameFailedAsync(IPAddress? address, string name, CancellationToken cancellationToken)
    {
        if (options.Abuse.Mode == AbuseSettings.Off) return NotBanned;
        var (score, names) = ProbeSignals.OfName(name);
        return AddAsync(address, score, names, SentBy.Itself, cancellationToken);
    }

    /// <summary>The sources that score on this node now, the highest first.</summary>
    public IReadOnlyList<ProbingSource> List()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return
        [
            .. Of(_scores, false).Concat(Of(_pages, true)).Where(one => one.Score > 0).OrderByDescending(one => one.Score).ThenBy(one => one.Source.ToString(), StringComparer.Ordinal).Take(MostListed),
        ];

        IEnumerable<ProbingSource> Of(ConcurrentDictionary<AddressKey, Score> scores, bool areOfPages) => scores.Select(one => one.Value.Look(one.Key, areOfPages, now));
    }

    private static Task<bool> NotBanned => Task.FromResult(false);

    private Task<bool> AddAsync(IPAddress? address, int score, string? names, SentBy sender, CancellationToken cancellationToken)
    {
        if (score == 0) return NotBanned;
        var source = AddressKey.Of(address);
        var scores = sender == SentBy.Page ? _pages : _scores;
        if (scores.Count >= Most && !scores.ContainsKey(source)) scores.Clear();
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var known = scores.GetOrAdd(source, static _ => new Score());
        var total = sender == SentBy.Link ? known.AddLink(Math.Min(score, MostOfLink), names!, now) : known.Add(score, names!, now);
        logger.LogSourceProbed(source.ToString(), names!, total);
        if (total < options.Abuse.ScoreLimit) return NotBanned;
        scores.TryRemove(source, out _); // after the ban it begins anew
        if (sender != SentBy.Page) return bans.AddAsync(source, BanReasons.Probing, cancellationToken);
        RefusePages(source, now);
        return NotBanned;
    }

    private void RefusePages(AddressKey source, long now)
    {
        if (options.Abuse.Mode != AbuseSettings.Enforce) return;
        if (_refusedUntil.Count >= Most) _refusedUntil.Clear();
        _refusedUntil[source] = now + (long)options.Abuse.BanDuration.TotalMilliseconds;
        logger.LogPagesRefused(source.ToString(), DateTimeOffset.FromUnixTimeMilliseconds(_refusedUntil[source]));
    }

    private sealed class Score
    {
        private readonly Lock _lock = new();
        private double _value;
        private long _at;
        private long _link;
        private string _signals = "";

        public int AddLink(int score, string signals, long now)
        {
            lock (_lock)
            {
                if (now - _link < BetweenLinks) return Add(0, signals, now);
                _link = now;
                return Add(score, signals, now);
            }
        }

        public int Add(int score, string signals, long now)
        {
            lock (_lock)
            {
                _value = score + At(now);
                (_at, _signals) = (now, signals);
                return (int)_value;
            }
        }

        public ProbingSource Look(AddressKey source, bool isOfPages, long now)
        {
            lock (_lock) return new(source, (int)At(now), _signals, isOfPages, DateTimeOffset.FromUnixTimeMilliseconds(_at));
        }

        private double At(long now) => _value * Math.Pow(0.5, Math.Max(0, now - _at) / HalfLife);
    }
}
