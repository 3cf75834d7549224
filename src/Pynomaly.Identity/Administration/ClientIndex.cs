using System.Text.Json;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Administration;

/// <summary>All clients in memory for lists: searched, filtered and ordered by what stands within their metadata. Read anew when any changed, so at most a second old.</summary>
/// <remarks>A kilobyte each; what did not change is not parsed again.</remarks>
internal sealed class ClientIndex
{
    private const string Sql = "SELECT client_id, metadata, secrets, is_enabled, is_self_registered, created, updated FROM applications";
    private readonly Database _database;
    private readonly Lock _turn = new();
    private Loaded? _loaded;
    private Task<Loaded>? _loading;
    private long _loadingChanges;
    private long _changes;

    /// <summary>Listens to the feed.</summary>
    public ClientIndex(Database database, ChangeFeed feed)
    {
        _database = database;
        feed.Changed += () => Interlocked.Increment(ref _changes);
    }

    /// <summary>All of them, in the order.</summary>
    public async ValueTask<IReadOnlyList<ClientSummary>> ListAsync(IComparer<ClientSummary> order, CancellationToken cancellationToken)
    {
        var loaded = await LoadedAsync(cancellationToken);
        lock (loaded.Orders)
        {
            if (!loaded.Orders.TryGetValue(order, out var ordered)) loaded.Orders[order] = ordered = [.. loaded.Entries.Values.Select(entry => entry.Client).Order(order)];
            return ordered;
        }
    }

    // Whoever asks while it is read waits for the same reading, unless that began before the last change.
    private async ValueTask<Loaded> LoadedAsync(CancellationToken cancellationToken)
    {
        Task<Loaded> loading;
        lock (_turn)
        {
            var changes = Interlocked.Read(ref _changes);
            if (_loaded is { } known && known.Changes == changes) return known;
            if (_loading is null || _loadingChanges != changes || _loading.IsCompleted) (_loading, _loadingChanges) = (LoadAsync(changes, _loaded), changes);
            loading = _loading;
        }

        var loaded = await loading.WaitAsync(cancellationToken);
        lock (_turn)
        {
            if (_loaded is null || _loaded.Changes < loaded.Changes) _loaded = loaded;
        }

        return loaded;
    }

    private async Task<Loaded> LoadAsync(long changes, Loaded? before)
    {
        await Task.Yield(); // not within the lock
        await using var sql = await _database.ReadAsync(CancellationToken.None);
        var entries = await sql.ListAsync(Sql, row => Read(row, before), CancellationToken.None);
        return new Loaded(changes, entries.ToDictionary(entry => entry.Client.ClientId, StringComparer.Ordinal));
    }

    private static Entry Read(System.Data.Common.DbDataReader row, Loaded? before)
    {
        var (id, metadata, secrets, enabled, updated) = (row.GetString(0), row.GetString(1), row.GetString(2), row.GetBoolean(3), row.GetInt64(6));
        if (before?.Entries.GetValueOrDefault(id) is { } known && known.Metadata == metadata && known.Secrets == secrets && known.Client.IsEnabled == enabled && known.Updated == updated) return known;
        return new Entry(metadata, secrets, updated, ClientSummary.Of(new Application
        {
            ClientId = id, Metadata = JsonSerializer.Deserialize(metadata, StorageJson.Default.ClientMetadata)!, Secrets = JsonSerializer.Deserialize(secrets, StorageJson.Default.ListClientSecret)!,
            IsEnabled = enabled, IsSelfRegistered = row.GetBoolean(4), Created = row.Time(5), Updated = row.Time(6),
        }));
    }

    private sealed record Entry(string Metadata, string Secrets, long Updated, ClientSummary Client);

    private sealed record Loaded(long Changes, Dictionary<string, Entry> Entries)
    {
        public Dictionary<IComparer<ClientSummary>, ClientSummary[]> Orders { get; } = [];
    }
}
