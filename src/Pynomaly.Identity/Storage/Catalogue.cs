using System.Text.Json;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Storage;

/// <summary>Scopes, permissions and roles as they stand: one snapshot, read anew when any of them changed.</summary>
public sealed class Catalogue
{
    private readonly Database _database;
    private Loaded? _loaded;
    private long _changes;

    /// <summary>Listens to the feed.</summary>
    public Catalogue(Database database, ChangeFeed feed)
    {
        _database = database;
        feed.Changed += () => Interlocked.Increment(ref _changes);
    }

    /// <summary>The snapshot of now, at most a second old.</summary>
    public ValueTask<CatalogueSnapshot> CurrentAsync()
    {
        // The count is read before the database: a change that comes while a snapshot is read makes that snapshot count as old.
        var changes = Interlocked.Read(ref _changes);
        var loaded = Volatile.Read(ref _loaded);
        if (loaded is null || loaded.Changes != changes || loaded.Snapshot is { IsCompleted: true, IsCompletedSuccessfully: false })
        {
            loaded = new Loaded(changes, LoadAsync());
            Volatile.Write(ref _loaded, loaded);
        }

        return new ValueTask<CatalogueSnapshot>(loaded.Snapshot);
    }

    private async Task<CatalogueSnapshot> LoadAsync()
    {
        await using var session = await _database.ReadAsync(CancellationToken.None);
        var scopes = await session.ListAsync("SELECT name, display_name, description, resources, permissions FROM scopes", row => new Scope
        {
            Name = row.GetString(0), DisplayName = row.Text(1), Description = row.Text(2), Resources = Texts(row.GetString(3))!, Permissions = Texts(row.Text(4)),
        }, CancellationToken.None);
        var permissions = await session.ListAsync("SELECT name, description, resource FROM permissions ORDER BY name",
            row => new Permission { Name = row.GetString(0), Description = row.Text(1), Resource = row.Text(2) }, CancellationToken.None);
        var roles = await session.ListAsync("SELECT name, permissions, require_second_factor FROM roles",
            row => new CatalogueRole(row.GetString(0), Texts(row.GetString(1))!, row.GetBoolean(2)), CancellationToken.None);
        return new CatalogueSnapshot(scopes, permissions, roles);
    }

    private static List<string>? Texts(string? json) => json is null ? null : JsonSerializer.Deserialize(json, StorageJson.Default.ListString);

    private sealed record Loaded(long Changes, Task<CatalogueSnapshot> Snapshot);
}
