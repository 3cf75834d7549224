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
    private readonly SemaphoreSlim _turn = new(1);
    private Loaded? _loaded;
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

    private async ValueTask<Loaded> LoadedAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _loaded) is { } known && known.Changes == Interlocked.Read(ref _changes)) return known;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var changes = Interlocked.Read(ref _changes);
            var before = _loaded;
            if (before is not null && before.Changes == changes) return before;
            await using var sql = await _database.ReadAsync(cancellationToken);
            var entries = await sql.ListAsync(Sql, row => Read(row, before), cancellationToken);
            var loaded = new Loaded(changes, entries.ToDictionary(entry => entry.Client.ClientId, StringComparer.Ordinal));
            Volatile.Write(ref _loaded, loaded);
            return loaded;
        }
        finally
        {
            _turn.Release();
        }
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
