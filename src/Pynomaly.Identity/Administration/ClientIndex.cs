using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>All clients in memory for lists and counts: what they ask stands within the metadata. Read anew when any changed, so at most a second old.</summary>
/// <remarks>A kilobyte each; what did not change is not parsed again.</remarks>
public sealed class ClientIndex
{
    private const string Sql = "SELECT client_id, metadata, secrets, is_enabled, is_self_registered, created, updated FROM applications";
    private readonly Database _database;
    private readonly Lock _turn = new();
    private ClientSnapshot? _loaded;
    private Task<ClientSnapshot>? _loading;
    private long _loadingChanges;
    private long _changes;

    /// <summary>Listens to the feed.</summary>
    public ClientIndex(Database database, ChangeFeed feed)
    {
        _database = database;
        feed.Changed += () => Interlocked.Increment(ref _changes);
    }

    /// <summary>All of them. Whoever asks while they are read waits for the same reading, unless that began before the last change.</summary>
    internal async ValueTask<ClientSnapshot> CurrentAsync(CancellationToken cancellationToken)
    {
        Task<ClientSnapshot> loading;
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

    private async Task<ClientSnapshot> LoadAsync(long changes, ClientSnapshot? before)
    {
        await Task.Yield(); // not within the lock
        await using var sql = await _database.ReadAsync(CancellationToken.None);
        var entries = await sql.ListAsync(Sql, row => Read(row, before), CancellationToken.None);
        return new ClientSnapshot(changes, entries.ToDictionary(entry => entry.Client.ClientId, StringComparer.Ordinal));
    }

    private static ClientEntry Read(System.Data.Common.DbDataReader row, ClientSnapshot? before)
    {
        var (id, metadata, secrets, enabled, updated) = (row.GetString(0), row.GetString(1), row.GetString(2), row.GetBoolean(3), row.GetInt64(6));
        return before?.Entries.GetValueOrDefault(id) is { } known && known.Is(metadata, secrets, enabled, updated) ? known : new ClientEntry(id, metadata, secrets, enabled, row.GetBoolean(4), row.Time(5), updated);
    }
}
