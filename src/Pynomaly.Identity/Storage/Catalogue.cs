using System.Collections.Concurrent;
using System.Text.Json;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Storage;

/// <summary>Scopes, permissions and roles as they stand: one snapshot, read anew when any of them changed.</summary>
public sealed class Catalogue
{
    private readonly Database _database;
    private Task<CatalogueSnapshot>? _current;

    /// <summary>Listens to the feed.</summary>
    public Catalogue(Database database, ChangeFeed feed)
    {
        _database = database;
        feed.Changed += () => Volatile.Write(ref _current, null);
    }

    /// <summary>The snapshot of now, at most a second old.</summary>
    public ValueTask<CatalogueSnapshot> CurrentAsync()
    {
        var current = Volatile.Read(ref _current);
        if (current is { IsCompletedSuccessfully: true }) return ValueTask.FromResult(current.Result);
        if (current is { IsCompleted: false }) return new ValueTask<CatalogueSnapshot>(current);
        current = LoadAsync();
        Volatile.Write(ref _current, current);
        return new ValueTask<CatalogueSnapshot>(current);
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
        var roles = await session.ListAsync("SELECT name, permissions FROM roles",
            row => new KeyValuePair<string, List<string>>(row.GetString(0), Texts(row.GetString(1))!), CancellationToken.None);
        return new CatalogueSnapshot(scopes, permissions, roles);
    }

    private static List<string>? Texts(string? json) => json is null ? null : JsonSerializer.Deserialize(json, StorageJson.Default.ListString);
}

/// <summary>The catalogue at one moment. Immutable; answers that cost something are remembered.</summary>
public sealed class CatalogueSnapshot
{
    private const int Remembered = 4096;
    private readonly Dictionary<string, Scope> _scopes;
    private readonly Dictionary<string, Permission> _permissions;
    private readonly Dictionary<string, List<string>> _roles;
    private readonly ConcurrentDictionary<string, object> _answers = new(StringComparer.Ordinal);

    internal CatalogueSnapshot(IEnumerable<Scope> scopes, IReadOnlyList<Permission> permissions, IEnumerable<KeyValuePair<string, List<string>>> roles)
    {
        _scopes = scopes.ToDictionary(scope => scope.Name, StringComparer.Ordinal);
        _permissions = permissions.ToDictionary(permission => permission.Name, StringComparer.Ordinal);
        _roles = new(roles, StringComparer.Ordinal);
        Permissions = permissions;
    }

    /// <summary>All permissions, by name.</summary>
    public IReadOnlyList<Permission> Permissions { get; }

    /// <summary>All scopes.</summary>
    public IReadOnlyCollection<Scope> Scopes => _scopes.Values;

    /// <summary>The scope of that name. A permission's own name is a scope too: it leads to the permission's API and covers just it.</summary>
    public Scope? FindScope(string name) =>
        _scopes.TryGetValue(name, out var scope) ? scope
        : _permissions.TryGetValue(name, out var permission)
            ? new Scope { Name = name, Description = permission.Description, Resources = permission.Resource is null ? [] : [permission.Resource], Permissions = [name] }
            : null;

    /// <summary>The patterns that the roles grant; roles that do not exist grant nothing.</summary>
    public IEnumerable<string> PatternsOf(IEnumerable<string> roles) => roles.SelectMany(role => _roles.TryGetValue(role, out var patterns) ? patterns : []);

    /// <summary>Computes an answer that depends on this snapshot and the key only, once.</summary>
    internal T Remember<T>(string key, Func<CatalogueSnapshot, T> answer) where T : class
    {
        if (_answers.TryGetValue(key, out var known)) return (T)known;
        if (_answers.Count >= Remembered) _answers.Clear(); // bounded: strangers choose scopes
        var computed = answer(this);
        _answers[key] = computed;
        return computed;
    }
}
