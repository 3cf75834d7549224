using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Abuse;

/// <summary>A score for each source that looks for holes (<see cref="ProbeSignals"/>); it halves every ten minutes, and at the limit the source is banned on all nodes.</summary>
/// <remarks>The scores are each node's own and bounded in number; what follows from them, the ban, is everybody's.</remarks>
internal sealed class Probes(Bans bans, ServerOptions options, TimeProvider time, ILogger<Probes> logger)
{
    private const int Most = 10_000;
    private static readonly double HalfLife = TimeSpan.FromMinutes(10).TotalMilliseconds;
    private readonly ConcurrentDictionary<AddressKey, Score> _scores = new();

    /// <summary>Looks at a request that was refused: its path without the query, and its User-Agent. True: its source is banned now.</summary>
    public Task<bool> RefusedAsync(IPAddress? address, string rawTarget, string userAgent, CancellationToken cancellationToken)
    {
        if (options.Abuse.Mode == AbuseSettings.Off) return NotBanned;
        var query = rawTarget.IndexOf('?', StringComparison.Ordinal);
        var path = ProbeSignals.OfPath(query < 0 ? rawTarget : rawTarget[..query]);
        var agent = ProbeSignals.OfUserAgent(userAgent);
        return AddAsync(address, path.Score + agent.Score, path.Names ?? agent.Names, cancellationToken);
    }

    /// <summary>Looks at a name that failed to sign in.</summary>
    public Task<bool> NameFailedAsync(IPAddress? address, string name, CancellationToken cancellationToken)
    {
        if (options.Abuse.Mode == AbuseSettings.Off) return NotBanned;
        var (score, names) = ProbeSignals.OfName(name);
        return AddAsync(address, score, names, cancellationToken);
    }

    private static Task<bool> NotBanned => Task.FromResult(false);

    private Task<bool> AddAsync(IPAddress? address, int score, string? names, CancellationToken cancellationToken)
    {
        if (score == 0) return NotBanned;
        var source = AddressKey.Of(address);
        if (_scores.Count >= Most && !_scores.ContainsKey(source)) _scores.Clear();
        var total = _scores.GetOrAdd(source, static _ => new Score()).Add(score, time.GetUtcNow().ToUnixTimeMilliseconds());
        logger.LogSourceProbed(source.ToString(), names!, total);
        if (total < options.Abuse.ScoreLimit) return NotBanned;
        _scores.TryRemove(source, out _); // after the ban it begins anew
        return bans.AddAsync(source, BanReasons.Probing, cancellationToken);
    }

    private sealed class Score
    {
        private readonly Lock _lock = new();
        private double _value;
        private long _at;

        public int Add(int score, long now)
        {
            lock (_lock)
            {
                _value = score + _value * Math.Pow(0.5, Math.Max(0, now - _at) / HalfLife);
                _at = now;
                return (int)_value;
            }
        }
    }
}
