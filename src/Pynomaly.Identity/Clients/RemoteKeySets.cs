using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Clients;

/// <summary>Key sets that clients publish (jwks_uri): fetched when they are needed, kept for minutes, fetched again for an unknown kid but not more than once in thirty seconds.</summary>
/// <remarks>OpenID Connect Core §10.1.1. A set that cannot be fetched again counts for an hour, so that a client's short outage is not its users'.</remarks>
internal sealed class RemoteKeySets(OutboundHttp http, TimeProvider time, ILogger<RemoteKeySets> logger)
{
    private const int Remembered = 1000;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Usable = TimeSpan.FromHours(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>The set at the address; fetched anew when it is old, or when it will not do. Null when there is none to be had.</summary>
    public async ValueTask<ClientKeySet?> FindAsync(string uri, Func<ClientKeySet, bool> willDo, CancellationToken cancellationToken)
    {
        if (_entries.Count >= Remembered && !_entries.ContainsKey(uri)) _entries.Clear();
        var entry = _entries.GetOrAdd(uri, _ => new Entry());
        var now = time.GetUtcNow();
        Task fetching;
        lock (entry)
        {
            if (entry.Set is { } known && now - entry.Fetched < Fresh && willDo(known)) return known;
            if (entry.Fetching is { IsCompleted: false }) fetching = entry.Fetching;
            else if (entry.Tried is { } tried && now - tried < Pause && now >= tried) return Current(entry, now);
            else
            {
                entry.Tried = now;
                fetching = entry.Fetching = Task.Run(() => FetchAsync(uri, entry), CancellationToken.None); // for everybody who waits, not for this request alone
            }
        }

        await fetching.WaitAsync(cancellationToken);
        lock (entry) return Current(entry, now);
    }

    private static ClientKeySet? Current(Entry entry, DateTimeOffset now) => now - entry.Fetched < Usable ? entry.Set : null;

    private async Task FetchAsync(string uri, Entry entry)
    {
        try
        {
            var set = ClientKeySet.ReadFetched(await http.GetAsync(uri, "application/json", CancellationToken.None));
            lock (entry) (entry.Set, entry.Fetched) = (set, time.GetUtcNow());
        }
        catch (Exception e) when (e is OutboundException or CryptographicException)
        {
            logger.LogClientKeysNotFetched(new Uri(uri).Authority, e.Message);
        }
    }

    private sealed class Entry
    {
        public ClientKeySet? Set { get; set; }

        public DateTimeOffset Fetched { get; set; }

        public DateTimeOffset? Tried { get; set; }

        public Task? Fetching { get; set; }
    }
}
