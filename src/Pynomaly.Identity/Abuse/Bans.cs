using System.Collections.Frozen;
using System.Net;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Abuse;

/// <summary>Sources that are refused for a while: rows in the database, obeyed by every node within a second, looked up in memory.</summary>
/// <remarks>
/// A ban ends by itself, and the next one lasts twice as long, up to a day; after a week without one the count begins anew. Nobody is banned by this class who would
/// take others along: this machine's own addresses, named proxies, and the networks of Identity:Abuse:NeverBan. The operator's word goes before all that.
/// </remarks>
internal sealed class Bans
{
    private const string BumpSql = "INSERT INTO server_state (name, number) VALUES ('bans', 1) ON CONFLICT (name) DO UPDATE SET number = server_state.number + 1";

    private const string BanSql = """
        INSERT INTO bans (source, reason, rounds, created, until) VALUES ($1, $2, 0, $3, $3 + $4)
        ON CONFLICT (source) DO UPDATE SET reason = $2, rounds = bans.rounds + 1, created = $3,
            until = $3 + CASE WHEN bans.rounds + 1 >= $5 THEN $6 ELSE $4 * (1 << (bans.rounds + 1)) END
        WHERE bans.until <= $3 RETURNING until
        """;

    private const int Most = 100_000;
    private static readonly double Longest = TimeSpan.FromHours(24).TotalMilliseconds;
    private readonly Database _database;
    private readonly ChangeFeed _feed;
    private readonly ServerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<Bans> _logger;
    private volatile FrozenDictionary<AddressKey, long> _until = FrozenDictionary<AddressKey, long>.Empty;

    /// <summary>Listens to the feed.</summary>
    public Bans(Database database, ChangeFeed feed, ServerOptions options, TimeProvider time, ILogger<Bans> logger)
    {
        (_database, _feed, _options, _time, _logger) = (database, feed, options, time, logger);
        feed.BansChanged += Load;
    }

    /// <summary>0: the source is not banned; else the seconds until it no longer is.</summary>
    public int Look(IPAddress? address)
    {
        var bans = _until;
        if (bans.Count == 0 || !bans.TryGetValue(AddressKey.Of(address), out var until)) return 0;
        var left = until - _time.GetUtcNow().ToUnixTimeMilliseconds();
        return left <= 0 ? 0 : (int)((left + 999) / 1000);
    }

    /// <summary>Bans the source, unless it is banned already. False: it is not banned by this call, because the settings forbid it or another node was first.</summary>
    public async Task<bool> AddAsync(AddressKey source, string reason, CancellationToken cancellationToken)
    {
        if (_options.Abuse.Mode != AbuseSettings.Enforce || IsExempt(source))
        {
            _logger.LogSourceNotBanned(source.ToString(), reason);
            return false;
        }

        var now = _time.GetUtcNow();
        var first = (long)_options.Abuse.BanDuration.TotalMilliseconds;
        var doublings = (long)Math.Floor(Math.Log2(Math.Max(1, Longest / first)));
        var until = await _database.WriteAsync(async (session, stop) =>
        {
            var end = await session.FirstAsync<DateTimeOffset?>(BanSql, row => row.Time(0), stop, source.ToString(), reason, now, first, doublings, (long)Longest);
            if (end is not null) await session.ExecuteAsync(BumpSql, stop);
            return end;
        }, cancellationToken);
        if (until is null) return false;
        _feed.Look();
        _logger.LogSourceBanned(source.ToString(), until.Value, reason);
        return true;
    }

    /// <summary>Bans a source at the operator's word, in the caller's transaction, for as long as said: also where it was banned for another time.</summary>
    public async ValueTask SetAsync(SqlSession session, AddressKey source, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("""
            INSERT INTO bans (source, reason, rounds, created, until) VALUES ($1, $2, 0, $3, $4)
            ON CONFLICT (source) DO UPDATE SET reason = $2, created = $3, until = $4
            """, cancellationToken, source.ToString(), BanReasons.Operator, _time.GetUtcNow(), until);
        await session.ExecuteAsync(BumpSql, cancellationToken);
        _logger.LogBanAdded(source.ToString(), until);
    }

    /// <summary>Lifts a ban in the caller's transaction, and forgets what led to it. False: there was none.</summary>
    public async ValueTask<bool> RemoveAsync(SqlSession session, AddressKey source, CancellationToken cancellationToken)
    {
        if (await session.ExecuteAsync("DELETE FROM bans WHERE source = $1", cancellationToken, source.ToString()) == 0) return false;
        await session.ExecuteAsync("DELETE FROM sign_in_failures WHERE source = $1", cancellationToken, source.ToString());
        await session.ExecuteAsync(BumpSql, cancellationToken);
        _logger.LogBanRemoved(source.ToString());
        return true;
    }

    /// <summary>The bans of now, the longest first.</summary>
    public async Task<IReadOnlyList<Ban>> ListAsync(CancellationToken cancellationToken)
    {
        await using var session = await _database.ReadAsync(cancellationToken);
        return await session.ListAsync("SELECT source, reason, rounds, created, until FROM bans WHERE until > $1 ORDER BY until DESC, source LIMIT $2", row => new Ban
        {
            Source = row.GetString(0), Reason = row.GetString(1), Rounds = row.GetInt32(2), Created = row.Time(3), Until = row.Time(4),
        }, cancellationToken, _time.GetUtcNow(), (long)Most);
    }

    private bool IsExempt(AddressKey source)
    {
        if (source.IsLocal) return true;
        var address = source.ToAddress();
        return _options.Abuse.NeverBan.Any(network => network.Contains(address)) || _options.TrustedProxies.Any(proxy => AddressKey.Parse(proxy) == source || (IPNetwork.TryParse(proxy, out var network) && network.Contains(address)));
    }

    private void Load()
    {
        var bans = ListAsync(CancellationToken.None).GetAwaiter().GetResult();
        _until = bans.Where(ban => AddressKey.Parse(ban.Source) is not null).ToFrozenDictionary(ban => AddressKey.Parse(ban.Source)!.Value, ban => ban.Until.ToUnixTimeMilliseconds());
    }
}
